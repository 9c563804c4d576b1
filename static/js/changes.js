// Hears that something on the page has changed, upon which htmx asks for that part again. A part
// names its stream in data-changes while it may change; without the stream it asks now and then.
const RETRY = 10000;
let source = null;
let address = "";
let known = "";

function open() {
  source = new EventSource(address);
  source.addEventListener("changed", (event) => {
    const { version } = JSON.parse(event.data);
    if (version === known) return;
    known = version;
    document.body.dispatchEvent(new Event("changed"));
  });
  const mine = source;
  source.addEventListener("error", () => {
    // A server that is away, or full, makes browsers give up for good: try again after a while.
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => { if (mine === source) restart(); }, RETRY);
  });
}

function close() {
  source?.close();
  source = null;
}

function restart() {
  close();
  if (address && !document.hidden) open();
}

// What the page shows now: a part that was swapped in may have nothing more to wait for.
function look() {
  const wanted = document.querySelector("[data-changes]")?.dataset.changes ?? "";
  if (wanted === address) return;
  address = wanted;
  known = "";
  restart();
}

// Whose log-in has ended is led to the log-in page: as a page of its own, not as a part of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo, elt } = event.detail;
  if (!elt.matches("[data-changes]") || !xhr.responseURL) return;
  if (new URL(xhr.responseURL).pathname === new URL(pathInfo.requestPath, location.href).pathname) return;
  event.detail.shouldSwap = false;
  location.reload();
});
document.addEventListener("visibilitychange", restart);
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => { if (event.persisted) restart(); });
document.addEventListener("htmx:afterSettle", look);
look();
