// What the person reads when something did not work: Slack's error names in plain Swedish.

const SENTENCES = {
  unreachable: "Ingen kontakt med servern. Kontrollera att programmet är igång och försök igen.",
  garbled: "Servern svarade något som inte gick att läsa. Försök igen.",
  operation_timeout: "Boten svarade inte inom tre sekunder. Försök igen om en stund.",
  dispatch_failed: "Boten är inte ansluten just nu. Försök igen om en stund.",
  dispatch_unknown_error: "Boten kunde inte ta emot det. Försök igen om en stund.",
  app_not_connected: "Boten är inte ansluten just nu. Försök igen om en stund.",
  invalid_command: "Det kommandot finns inte. Skriv / för att se vilka som finns.",
  unknown_command: "Det kommandot finns inte. Skriv / för att se vilka som finns.",
  external_user:
    "Kommandon går bara att använda för den som hör till arbetsytans egen organisation. Använd knapparna i botens meddelanden.",
  not_in_channel: "Du är inte med i den här kanalen.",
  channel_not_found: "Kanalen finns inte, eller så är du inte med i den.",
  messages_tab_read_only: "Boten tar inte emot meddelanden här.",
  is_archived: "Kanalen är arkiverad.",
  no_text: "Skriv något först.",
  msg_too_long: "Meddelandet är för långt.",
  view_not_found: "Formuläret är redan stängt.",
  not_found: "Det finns inte längre.",
};

/** The sentence for an error's name; a sentence already written is left as it is. */
export function sentenceFor(error) {
  if (!error) return "Något gick fel. Försök igen.";
  if (SENTENCES[error]) return SENTENCES[error];
  if (/\s/.test(error) && !error.startsWith("http ")) return error;
  return `Något gick fel (${error}). Försök igen.`;
}
