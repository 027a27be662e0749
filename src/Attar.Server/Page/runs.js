// A training that runs is drawn anew every few seconds, while somebody looks.
const seconds = 3;
const live = () => document.getElementById("live");

async function renew() {
  if (document.hidden || !live()?.hasAttribute("data-busy")) return;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) return;
    const next = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("live"); // text that the server escaped; nothing in it runs
    if (!next) return;
    if (next.hasAttribute("data-busy")) live().replaceWith(next);
    else location.reload(); // it ended: the stages have changed too
  } catch {
    // the server is away: the next look finds it again
  }
}
setInterval(renew, seconds * 1000);
