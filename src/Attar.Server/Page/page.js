// The search page. Whatever comes from the catalogue or the address is set as text, never as markup.
const names = { bm25: "BM25", student: "Student", teacher: "Teacher", "student-human": "Student, human labels" };
const [form, input, examples, status, columns] =
  ["search", "q", "examples", "status", "columns"].map(id => document.getElementById(id));
const nameOf = name => name.endsWith("+signals") ? `${nameOf(name.slice(0, -"+signals".length))} + signals` : names[name] ?? name;
let asked = new AbortController();
let systems = []; // the answer shown

function make(tag, name, text, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  element.append(...children);
  return element;
}

// ---- asking

// Where the server wants a key, the page asks for it once and keeps it until the tab is closed.
const keyed = () => sessionStorage.attarKey ? { headers: { Authorization: `Bearer ${sessionStorage.attarKey}` } } : {};

function askForKey(query) {
  show("", []);
  const field = make("input");
  field.type = "password";
  field.autocomplete = "off";
  field.setAttribute("aria-label", "API key");
  const box = make("form", "message", "This server wants an API key. ", field, make("button", "", "Go on"));
  box.addEventListener("submit", event => {
    event.preventDefault();
    sessionStorage.attarKey = field.value;
    describeCatalogue();
    search(query);
  });
  columns.append(box);
  field.focus();
}

async function search(query) {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  query = query.trim();
  input.value = query;
  document.title = query ? `${query} · Attar` : "Attar";
  markExample();
  if (!query) return showWelcome();
  columns.setAttribute("aria-busy", "true");
  status.textContent = "Searching…";
  try {
    const response = await fetch(`/search?q=${encodeURIComponent(query)}`, { signal, ...keyed() });
    const answer = await response.json();
    if (response.status === 401) askForKey(query);
    else if (!response.ok) showError(answer.detail);
    else if (answer.candidates === 0) showNothing(query);
    else show(`The same ${answer.candidates} candidates, ordered by each ranker`, answer.systems);
  } catch {
    if (!signal.aborted) showError("The server does not answer. Is it still running?");
  } finally {
    if (!signal.aborted) columns.removeAttribute("aria-busy");
  }
}

function show(text, answer) {
  status.textContent = text;
  systems = answer;
  columns.removeAttribute("aria-busy");
  columns.replaceChildren(...answer.map(column));
  if (answer.length) columns.append(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  columns.scrollLeft = 0;
}

function showWelcome() {
  show("", []);
  columns.append(make("p", "message", "Search, and see how each ranker orders the same candidates. Point at a product to follow it from column to column."));
}

function showNothing(query) {
  show("", []);
  columns.append(make("p", "message", `No product matches “${query}”. Try fewer or other words.`));
}

function showError(text) {
  show("", []);
  const message = make("p", "message error", text ?? "Something went wrong; the server’s log says what.");
  message.setAttribute("role", "alert");
  columns.append(message);
}

// ---- drawing

function column(system, place) {
  const name = nameOf(system.name);
  const title = make("h2", "", name, make("small", "", `${system.ms.toFixed(system.ms < 10 ? 1 : 0)} ms`));
  const list = make("ol", "", "", ...system.results.map(result => item(result, system, place)));
  const section = make("section", "", "", title, list);
  section.setAttribute("aria-label", name);
  if (system.lowest === system.highest && system.results.length > 1)
    title.after(make("p", "warning", "Every product has the same score: this order means nothing."));
  if (system.below) section.append(make("p", "below", `${system.below} more scored too low to be shown`));
  section.append(make("p", "elsewhere"));
  return section;
}

function item(result, system, place) {
  const rank = make("span", "rank", String(result.rank));
  if (place > 0) rank.append(movement(result.ranks[0] - result.rank));
  const fill = make("i");
  const range = system.highest - system.lowest;
  fill.style.width = `${range > 0 ? 100 * (result.score - system.lowest) / range : 0}%`;
  const element = make("li", "", "", rank,
    make("div", "", "",
      make("span", "title", result.title),
      make("span", "maker", [result.brand, result.category].filter(Boolean).join(" · "))),
    make("div", "score", "", place > 0 ? whyButton(result, system) : result.score.toFixed(2), make("span", "bar", "", fill)));
  element.dataset.id = result.id;
  element.title = result.title;
  element.tabIndex = 0;
  return element;
}

// ---- which words a score rests on

/** The score as a button that opens the words below the product. The first stage is no model, and has none. */
function whyButton(result, system) {
  const button = make("button", "why", result.score.toFixed(2), make("span", "unseen", ": which words mattered"));
  button.type = "button";
  button.ariaExpanded = "false";
  button.addEventListener("click", async () => {
    const item = button.closest("li");
    const open = item.querySelector(".words");
    button.ariaExpanded = String(!open);
    if (open) return open.remove();
    const words = make("div", "words", "Leaving out each word in turn…");
    words.setAttribute("role", "status");
    item.append(words);
    try {
      const response = await fetch(`/why?${new URLSearchParams({ q: fromAddress(), id: result.id, system: system.name })}`, keyed());
      const answer = await response.json();
      if (response.ok) words.replaceChildren(...explain(answer));
      else words.textContent = answer.detail;
    } catch {
      words.textContent = "The server does not answer. Is it still running?";
    }
  });
  return button;
}

/** A line for the query and for each field, its words tinted by what the score loses without them, and the words that weigh most by their figures. */
function explain(answer) {
  const lines = [["query", answer.query], ...answer.product.map(field => [field.name, field.words])];
  const all = lines.flatMap(([, words]) => words).filter(word => word.weight !== undefined);
  const most = Math.max(...all.map(word => Math.abs(word.weight)), 1e-9);
  const signed = weight => `${weight > 0 ? "+" : ""}${weight.toFixed(2)}`;
  const heaviest = all.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 4).map(word => `${word.word} ${signed(word.weight)}`);
  return [
    ...lines.map(([name, words]) => make("p", "", "", make("span", "field", name), ...words.flatMap(word => {
      const mark = make("span", word.weight < 0 ? "word against" : "word for", word.word);
      if (word.weight !== undefined) {
        mark.style.setProperty("--weight", `${Math.round(60 * Math.abs(word.weight) / most)}%`);
        mark.title = `${signed(word.weight)}: the score is ${answer.score.toFixed(2)}, without this word ${(answer.score - word.weight).toFixed(2)}`;
      }
      return [" ", mark];
    }))),
    make("p", "field", `Most: ${heaviest.join(", ")}${answer.more ? `; ${answer.more} more words were not tried` : ""}`),
  ];
}

function movement(up) {
  const text = up > 0 ? `▲${up}` : up < 0 ? `▼${-up}` : "=";
  const said = up > 0 ? `up ${up} from BM25` : up < 0 ? `down ${-up} from BM25` : "as in BM25";
  const sign = make("span", "", text);
  sign.setAttribute("aria-hidden", "true");
  return make("span", `move ${up > 0 ? "up" : up < 0 ? "down" : ""}`, "", sign, make("span", "unseen", said));
}

// ---- following one product through the columns

function trace(id) {
  const svg = columns.querySelector(":scope > svg");
  if (!svg) return;
  const result = systems.flatMap(system => system.results).find(each => each.id === id);
  svg.replaceChildren();
  const stops = [...columns.querySelectorAll("section")].map((section, place) => {
    const items = [...section.querySelectorAll("li")];
    for (const each of items) each.classList.toggle("same", each.dataset.id === id);
    const here = items.find(each => each.dataset.id === id);
    const elsewhere = section.querySelector(".elsewhere");
    elsewhere.replaceChildren(...result && !here ? [make("span", "", result.ranks[place] ? `${ordinal(result.ranks[place])} here` : "left out here")] : []);
    return here ?? elsewhere.firstChild;
  });
  if (!result) return;
  for (let i = 1; i < stops.length; i++) svg.append(link(stops[i - 1], stops[i]));
}

function link(from, to) {
  const frame = columns.getBoundingClientRect(), a = from.getBoundingClientRect(), b = to.getBoundingClientRect();
  const x1 = a.right - frame.left, y1 = a.top + a.height / 2 - frame.top;
  const x2 = b.left - frame.left, y2 = b.top + b.height / 2 - frame.top;
  const middle = (x1 + x2) / 2;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`);
  return path;
}

function ordinal(n) {
  const suffix = { one: "st", two: "nd", few: "rd", other: "th" }[new Intl.PluralRules("en", { type: "ordinal" }).select(n)];
  return `${n}${suffix}`;
}

const under = event => event.target.closest?.("li")?.dataset.id;
for (const kind of ["pointerover", "focusin"]) columns.addEventListener(kind, event => trace(under(event)));
for (const kind of ["pointerleave", "focusout"]) columns.addEventListener(kind, () => trace(undefined));
addEventListener("resize", () => trace(undefined));

// ---- the address is the state

const fromAddress = () => new URLSearchParams(location.search).get("q") ?? "";

function go(query) {
  if (query !== fromAddress()) history.pushState(null, "", query ? `?q=${encodeURIComponent(query)}` : "/");
  search(query);
}

form.addEventListener("submit", event => {
  event.preventDefault();
  go(input.value.trim());
});
examples.addEventListener("click", event => {
  if (!event.target.matches("a") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(event.target.textContent);
});
addEventListener("popstate", () => search(fromAddress()));

function markExample() {
  for (const chip of examples.children) chip.ariaCurrent = chip.textContent === fromAddress() ? "true" : null;
}

if (!fromAddress()) input.focus();
search(fromAddress());

async function describeCatalogue() {
  try {
    const response = await fetch("/catalogue", keyed());
    if (!response.ok) return;
    const catalogue = await response.json();
    const rankers = catalogue.systems.map(nameOf).join(", ");
    document.getElementById("catalogue").textContent = `${new Intl.NumberFormat("en").format(catalogue.products)} products, ranked by ${rankers}`;
    examples.replaceChildren(...catalogue.examples.map(query => {
      const chip = make("a", "", query);
      chip.href = `?q=${encodeURIComponent(query)}`;
      return chip;
    }));
    markExample();
  } catch {
    // Searching works without; if the server is gone, the search says so.
  }
}
describeCatalogue();
