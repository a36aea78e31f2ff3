// Says texts to screen readers.

let region: any;

/** Announces a text to screen readers: they read what is added to a live region that was there before. */
export function announce(text: string): void {
  const line = document.createElement("div");
  line.append(text);
  if (!region?.isConnected) {
    region = document.createElement("div");
    region.ariaLive = "polite";
    region.style = "position:fixed;clip-path:inset(50%)";
    document.body.append(region);
  }
  setTimeout(() => region!.append(line), 100);
  setTimeout(() => line.remove(), 10_000);
}
