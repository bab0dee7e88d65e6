// A small window by a field (a list, a calendar, a menu) that lies above everything, also above a form.

/**
 * Ties `popup` (inside the same parent as `anchor`) to `anchor`. Gives {open, close, place, isOpen};
 * `closed` is called when it closes.
 */
export function floating(anchor, popup, closed = () => {}) {
  popup.popover = "manual";
  let isOpen = false;

  function place() {
    const field = anchor.getBoundingClientRect();
    popup.style.minWidth = `${Math.min(field.width, innerWidth - 16)}px`;
    popup.style.maxWidth = `${innerWidth - 16}px`;
    const { width, height } = popup.getBoundingClientRect();
    const below = innerHeight - field.bottom - 12;
    const above = height > below && field.top - 12 > below;
    popup.style.left = `${Math.max(8, Math.min(field.left, innerWidth - width - 8))}px`;
    popup.style.top = above ? `${Math.max(8, field.top - height - 4)}px` : `${field.bottom + 4}px`;
    popup.style.maxHeight = `${Math.max(140, Math.min(340, above ? field.top - 16 : below))}px`;
  }

  const outside = (event) => {
    if (!anchor.contains(event.target) && !popup.contains(event.target)) close();
  };
  const follow = (event) => {
    if (!popup.contains(event.target)) place();
  };

  function open() {
    if (isOpen) {
      place();
      return;
    }
    isOpen = true;
    popup.showPopover();
    place();
    document.addEventListener("pointerdown", outside, true);
    document.addEventListener("scroll", follow, true);
    addEventListener("resize", follow);
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    if (popup.isConnected) popup.hidePopover();
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("scroll", follow, true);
    removeEventListener("resize", follow);
    closed();
  }

  return { open, close, place, isOpen: () => isOpen };
}

/** Whether a key closes a small window; the key then does nothing else (a form under it stays). */
export function closesOnEscape(event, popup) {
  if (event.key !== "Escape" || !popup.isOpen()) return false;
  event.preventDefault();
  event.stopPropagation();
  popup.close();
  return true;
}
