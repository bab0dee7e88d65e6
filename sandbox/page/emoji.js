// Slack's names for the emoji a sober bot uses. An unknown name stays as it was written.

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️", bell: "🔔", no_bell: "🔕",
  calendar: "📅", date: "📆", spiral_calendar_pad: "🗓️", clock1: "🕐", clock8: "🕗", alarm_clock: "⏰", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", memo: "📝", pencil: "✏️", pencil2: "✏️", clipboard: "📋", pushpin: "📌", round_pushpin: "📍",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", mag: "🔍", link: "🔗", paperclip: "📎",
  speech_balloon: "💬", mega: "📣", loudspeaker: "📢", wave: "👋", "+1": "👍", thumbsup: "👍", "-1": "👎", pray: "🙏", clap: "👏",
  tada: "🎉", star: "⭐", bulb: "💡", information_source: "ℹ️", question: "❓", grey_question: "❔", exclamation: "❗", lock: "🔒",
  key: "🔑", house: "🏠", walking: "🚶", busts_in_silhouette: "👥", bust_in_silhouette: "👤", handshake: "🤝", police_car: "🚓",
  fire_engine: "🚒", fire: "🔥", school: "🏫", city_sunset: "🌆", flashlight: "🔦", arrow_right: "➡️", arrow_forward: "▶️",
  arrows_counterclockwise: "🔄", repeat: "🔁", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠",
  red_circle: "🔴", white_circle: "⚪", black_circle: "⚫", large_blue_circle: "🔵", green_heart: "💚", slightly_smiling_face: "🙂",
  smile: "😄", checkered_flag: "🏁", triangular_flag_on_post: "🚩", page_facing_up: "📄", file_folder: "📁", email: "✉️", phone: "☎️",
  crown: "👑", gear: "⚙️", seedling: "🌱", jack_o_lantern: "🎃", snowflake: "❄️", sunny: "☀️", no_entry: "⛔", zzz: "💤", eyes: "👀",
};

/** The sign for a name without colons, or null. */
export const emoji = (name) => EMOJI[name] ?? null;
