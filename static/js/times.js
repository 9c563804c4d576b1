// Shows every <time> in the reader's own time zone; without this the server's zone stands.
export function localise(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const pad = (number) => String(number).padStart(2, "0");
    time.textContent = `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())} ` +
      `${pad(moment.getHours())}:${pad(moment.getMinutes())}:${pad(moment.getSeconds())}`;
    time.title = time.dateTime;
  }
}
localise(document);
document.addEventListener("htmx:afterSwap", () => localise(document));
