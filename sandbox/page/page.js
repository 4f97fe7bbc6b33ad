// The page of phones. It shows what the JSON of /sandbox says and does what a script could do; it keeps nothing itself.

const find = (selector, within = document) => within.querySelector(selector);
const phones = new Map(); // person id → {person, element, shown: message id → {element, is}, unread}
let zone = "Europe/London";
let chosen = null; // on a narrow screen: a person's id, or "owed"

// --- asking the sandbox

async function ask(path, body) {
  const answer = await fetch(path, body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

async function attempt(deed) {
  tell("");
  try {
    await deed();
  } catch (error) {
    tell(`That did not work: ${error.message}.`, "trouble");
  }
  refresh();
}

function tell(words, kind = "news") {
  for (const id of ["trouble", "news"]) find(`#${id}`).textContent = id === kind ? words : "";
}

let refreshing = false;
let again = false;

async function refresh() {
  if (refreshing) { again = true; return; }
  refreshing = true;
  try {
    const [clock, people, owed] = await Promise.all([ask("/sandbox/clock"), ask("/sandbox/people"), ask("/sandbox/owed")]);
    const chats = await Promise.all(people.map((person) => ask(`/sandbox/people/${person.id}/chat`)));
    showClock(clock);
    people.forEach((person, index) => showPhone(person, chats[index], index));
    showPicker(people);
    showOwed(owed, clock);
  } catch (error) {
    tell(`The sandbox does not answer: ${error.message}.`, "trouble");
  }
  refreshing = false;
  if (again) { again = false; refresh(); }
}

// --- small builders

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const when = (iso, style) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...style }).format(new Date(iso));
const clockTime = (iso) => when(iso, { hour: "2-digit", minute: "2-digit" });
const shortDay = (iso) => when(iso, { weekday: "short", day: "numeric", month: "short" });

// --- the clock

function showClock(clock) {
  zone = clock.zone;
  const day = when(clock.now, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  if (find("#day").textContent !== day) find("#day").textContent = day;
  const time = find("#time");
  if (time.dateTime !== clock.now) {
    time.dateTime = clock.now;
    time.textContent = clockTime(clock.now);
  }
}

for (const button of document.querySelectorAll("[data-move]")) {
  button.addEventListener("click", () => {
    if (document.body.classList.contains("busy")) return;
    document.body.classList.add("busy");
    attempt(() => ask("/sandbox/clock", JSON.parse(button.dataset.move))).finally(() => document.body.classList.remove("busy"));
  });
}

// --- a phone

function showPhone(person, messages, index) {
  const phone = phones.get(person.id) ?? newPhone(person, index);
  phone.person = person;
  const chat = find(".chat", phone.element);
  showMessages(phone, chat, messages);
  const notice = find(".notice", phone.element);
  if (notice.textContent !== person.notice) notice.textContent = person.notice;
  showCommands(phone, person);
  stay(phone);
}

/** Somebody reading the end of a chat goes on seeing its end, whatever grows or shrinks. */
function stay(phone) {
  const chat = find(".chat", phone.element);
  look(phone, chat);
  if (phone.atEnd) chat.scrollTop = chat.scrollHeight;
  phone.top = chat.scrollTop;
}

/** Only going up leaves the end: a chat that has shrunk meanwhile has not. The browser tells of a scroll a frame late,
 *  so whoever is about to scroll looks first, or would take back what a finger has just done. */
function look(phone, chat) {
  const near = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  phone.atEnd = near || (phone.atEnd && chat.scrollTop >= phone.top);
  phone.top = chat.scrollTop;
}

function newPhone(person, index) {
  const element = find("#phone").content.cloneNode(true).firstElementChild;
  const name = find("h3", element);
  name.id = `name-${person.id}`;
  name.textContent = person.name;
  element.setAttribute("aria-labelledby", name.id);
  element.dataset.tint = index % 5;
  find(".face", element).textContent = person.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  find(".role", element).textContent = person.role;
  find(".chat", element).setAttribute("aria-label", `Chat of ${person.name}`);
  find("label span", element).textContent = `Message from ${person.name}`;
  find("form", element).addEventListener("submit", (event) => {
    event.preventDefault();
    const input = find("input", element);
    const text = input.value;
    if (!text.trim()) return;
    input.value = "";
    say(person, text);
  });
  find("#grid").append(element);
  const phone = { person, element, shown: new Map(), unread: 0, seen: false, atEnd: true, top: 0 };
  const chat = find(".chat", element);
  chat.addEventListener("scroll", () => look(phone, chat));
  chat.addEventListener("load", () => stay(phone), true);
  new ResizeObserver(() => stay(phone)).observe(chat);
  phones.set(person.id, phone);
  chosen ??= person.id;
  element.classList.toggle("chosen", chosen === person.id);
  return phone;
}

const say = (person, text) => attempt(() => ask(`/sandbox/people/${person.id}/say`, { text }));
const tap = (person, id, text) => attempt(() => ask(`/sandbox/people/${person.id}/tap`, { message_id: id, text }));

function showCommands(phone, person) {
  const list = find(".commands", phone.element);
  const starting = { never_started: "Start", blocked: "Restart" }[person.standing];
  const wanted = starting ? [{ command: "start", description: starting, label: starting }] : person.commands;
  const is = JSON.stringify(wanted);
  if (list.dataset.is === is) return;
  list.dataset.is = is;
  list.replaceChildren(...wanted.map(({ command, description, label }) =>
    make("li", {}, make("button", {
      type: "button",
      title: description,
      "aria-label": `${label ?? `/${command}: ${description}`}, as ${person.name}`,
      onclick: () => say(person, `/${command}`),
    }, label ?? `/${command}`))));
}

// --- messages: only what is new or changed is touched, so that a screen reader hears just that and focus stays put

function showMessages(phone, chat, messages) {
  const here = new Set(messages.map((message) => message.id));
  for (const [id, { element }] of phone.shown) {
    if (!here.has(id)) { element.remove(); phone.shown.delete(id); }
  }
  let day = "";
  for (const message of messages) {
    const is = JSON.stringify(message);
    const old = phone.shown.get(message.id);
    if (!old) {
      const date = shortDay(message.date);
      if (date !== (day || chat.dataset.day)) chat.append(make("p", { class: "date" }, date));
      chat.dataset.day = date;
      const element = showMessage(phone.person, message);
      if (phone.seen) {
        element.classList.add("fresh");
        if (message.who === "bot") phone.unread += 1;
      }
      chat.append(element);
      phone.shown.set(message.id, { element, is });
    } else if (old.is !== is) {
      const element = showMessage(phone.person, message);
      const hadFocus = old.element.contains(document.activeElement);
      old.element.replaceWith(element);
      if (hadFocus) element.focus();
      phone.shown.set(message.id, { element, is });
    }
    day = shortDay(message.date);
  }
  find(".empty", chat)?.remove();
  if (!messages.length) chat.append(make("p", { class: "empty" }, `${phone.person.name} has not pressed Start yet.`));
  phone.seen = true;
}

function stamp({ date, edited_at: edited }) {
  if (!edited) return clockTime(date);
  return shortDay(edited) === shortDay(date) ? `edited ${clockTime(edited)}` : `edited ${shortDay(edited)}, ${clockTime(edited)}`;
}

function showMessage(person, message) {
  const speaker = message.who === "bot" ? "Minder" : person.name;
  const bubble = make("div", { class: "bubble" }, make("span", { class: "unseen" }, `${speaker}: `));
  if (message.media) bubble.append(showMedia(message, speaker));
  if (message.text) bubble.append(make("div", { class: "words" }, ...pieces(person, message.text, message.entities)));
  bubble.append(make("span", { class: "stamp" }, stamp(message)));
  const element = make("div", { class: `message ${message.who}`, tabindex: "-1" }, bubble);
  for (const row of message.buttons) {
    element.append(make("div", { class: "row" }, ...row.map((text) =>
      make("button", { type: "button", onclick: () => tap(person, message.id, text) }, text))));
  }
  for (const [text, url] of Object.entries(message.links)) {
    const opens = url.startsWith("https://t.me/")
      ? make("button", { type: "button", onclick: () => tap(person, message.id, text) }, text)
      : make("a", { href: url, target: "_blank", rel: "noreferrer" }, text);
    element.append(make("div", { class: "row" }, opens));
  }
  return element;
}

function showMedia({ media }, speaker) {
  if (media.kind === "photo") return make("img", { src: media.url, alt: `Picture from ${speaker}` });
  if (media.kind === "document") return make("a", { class: "file", href: media.url, download: media.name }, media.name);
  if (media.kind === "location") {
    const place = [media.name, media.address].filter(Boolean).join(", ") || `${media.latitude}, ${media.longitude}`;
    return make("p", { class: "file place" }, place);
  }
  return make("p", { class: "sticker" }, media.name);
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "em" };

function pieces(person, text, entities, start = 0, end = text.length) {
  const parts = [];
  let at = start;
  const inside = entities.filter((entity) => entity.offset >= start && entity.offset + entity.length <= end);
  for (const entity of inside) {
    if (entity.offset < at) continue; // within one already shown
    const stop = entity.offset + entity.length;
    if (entity.offset > at) parts.push(text.slice(at, entity.offset));
    const inner = pieces(person, text, inside.filter((other) => other !== entity), entity.offset, stop);
    parts.push(marked(person, entity, text.slice(entity.offset, stop), inner));
    at = stop;
  }
  if (at < end) parts.push(text.slice(at, end));
  return parts;
}

function marked(person, entity, words, inner) {
  if (entity.type === "bot_command") {
    return make("button", { type: "button", onclick: () => say(person, words) }, words);
  }
  if (entity.type === "text_link" || entity.type === "url") {
    const url = entity.url ?? words;
    if (url.startsWith("https://t.me/")) return make("button", { type: "button", onclick: () => copy(url) }, ...inner);
    return make("a", { href: url, target: "_blank", rel: "noreferrer" }, ...inner);
  }
  return make(TAGS[entity.type] ?? "span", {}, ...inner);
}

function copy(url) {
  attempt(async () => {
    await navigator.clipboard.writeText(url);
    tell("The link is copied. Paste it into a phone's message box to open it there.", "news");
  });
}

// --- what is owed

function showOwed(owed, clock) {
  const list = find("#owed-list");
  const is = JSON.stringify([owed, shortDay(clock.now)]);
  if (list.dataset.is === is) return;
  list.dataset.is = is;
  if (!owed.length) {
    list.replaceChildren(make("p", {}, "Nothing just now. Minder will owe something again when somebody does something."));
    return;
  }
  const day = (iso) => (shortDay(iso) === shortDay(clock.now) ? "Today" : shortDay(iso));
  list.replaceChildren(make("ol", {}, ...owed.map((item) =>
    make("li", {},
      make("p", { class: "due" },
        make("time", { datetime: item.due }, `${day(item.due)} ${clockTime(item.due)}`),
        make("span", { class: "state" }, item.state ?? "")),
      make("p", { class: "what" }, make("strong", {}, item.kind), make("span", {}, item.to ? ` to ${item.to}` : "")),
      ...[item.about, item.why].filter(Boolean).map((text) => make("p", { class: "why" }, text))))));
}

// --- one at a time, on a narrow screen

function showPicker(people) {
  const entries = [...people.map((person) => ({ id: person.id, name: person.name, count: phones.get(person.id).unread })), { id: "owed", name: "What is next", count: 0 }];
  if (chosen !== "owed" && phones.has(chosen)) phones.get(chosen).unread = 0;
  const is = JSON.stringify([entries, chosen]);
  const picker = find("#picker");
  if (picker.dataset.is === is) return;
  const focused = picker.contains(document.activeElement) && document.activeElement.dataset.id;
  picker.dataset.is = is;
  picker.replaceChildren(...entries.map(({ id, name, count }) => {
    const button = make("button", { type: "button", "aria-pressed": String(id === chosen), "data-id": id, onclick: () => choose(id, people) }, name);
    if (count && id !== chosen) button.append(make("span", { class: "count" }, String(count), make("span", { class: "unseen" }, " new")));
    return make("li", {}, button);
  }));
  if (focused) find(`[data-id="${focused}"]`, picker)?.focus();
}

function choose(id, people) {
  chosen = id;
  for (const [person, { element }] of phones) element.classList.toggle("chosen", person === id);
  find("#owed").classList.toggle("chosen", id === "owed");
  showPicker(people);
}

// --- hearing of changes

new EventSource("/sandbox/changes").addEventListener("message", refresh);
refresh();
