// Gestures of the page. The server draws every part; this only tells it what was done, and keeps
// in the browser which conversation the tab has (sessionStorage) and the language (localStorage).
window.wenbao = (() => {
  const find = (selector) => document.querySelector(selector);
  const wide = () => window.matchMedia("(min-width: 900px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const keep = (store, name, value) => { try { store.setItem(name, value); } catch { /* private mode */ } };
  const kept = (store, name) => { try { return store.getItem(name) || ""; } catch { return ""; } };
  const busy = () => find(".thread")?.dataset.busy === "true";

  // What the server gets when the page loads.
  const arrival = () => JSON.stringify({
    conversation: kept(sessionStorage, "wenbao-conversation"),
    language: kept(localStorage, "wenbao-language"),
  });

  // One delegated listener a part: a button says in data-event what it means.
  function bind(element, trigger, watch, redrawn) {
    element.addEventListener("click", (event) => {
      const local = event.target.closest("[data-copy],[data-press],[data-toggle],[data-edit]");
      if (local) return here(local);
      const button = event.target.closest("[data-event]");
      if (button && button.tagName !== "FORM") tell(button, {}, trigger);
      const reveal = event.target.closest("[data-reveal]");
      if (reveal) setTimeout(() => show(reveal.dataset.reveal), 150);
    });
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      sent = [...event.target.elements].map((field) => field.id);
      if (event.target.dataset.event) tell(event.target, Object.fromEntries(new FormData(event.target)), trigger);
    });
    element.addEventListener("change", (event) => {
      const { change, name } = event.target.dataset;
      if (change) tell(event.target, { [name]: event.target.value }, trigger, change);
    });
    let pause;
    element.addEventListener("input", (event) => {
      if (event.target.id && event.target.form) {
        typed.delete(event.target.id); // the last choice of several comes last
        typed.set(event.target.id, event.target.value);
      }
      const { input, name } = event.target.dataset;
      if (!input) return;
      clearTimeout(pause);
      pause = setTimeout(() => tell(event.target, { [name]: event.target.value }, trigger, input), 250);
    });
    watch("value", () => { redrawn?.(element); retype(element); });
    redrawn?.(element);
  }

  // What was typed into a form outlives the part's being drawn anew, as when the staff write.
  const typed = new Map();
  let unsent = ""; // the last question, given back where the server did not take it
  let focused = "";
  document.addEventListener("focusin", (event) => { focused = event.target.id || ""; });
  let sent = [];
  function retype(element) {
    for (const [id, words] of typed) {
      const field = document.getElementById(id);
      const done = sent.includes(id) && !field?.form.querySelector(".wrong");
      if (!field || done) typed.delete(id);
      else if (element.contains(field) && field.type === "radio") field.checked = true;
      else if (element.contains(field) && field.value !== words) field.value = words;
    }
    sent = [];
    const field = focused && document.activeElement === document.body && document.getElementById(focused);
    if (!field || !element.contains(field)) return;
    field.focus({ preventScroll: true });
    if (field.setSelectionRange && field.type !== "radio") field.setSelectionRange(field.value.length, field.value.length);
  }

  // While the conversation has a ticket, the server is asked whether the staff have written.
  const POLL = 4000;
  let waitingFor = "";
  function news(element, trigger) {
    setInterval(async () => {
      const log = element.querySelector(".thread");
      if (!log?.dataset.stamp || busy() || document.hidden) return;
      const { conversation, stamp } = log.dataset;
      try {
        const answer = await fetch(`/chat/news?conversation=${encodeURIComponent(conversation)}`, { credentials: "same-origin" });
        const found = answer.ok ? (await answer.json()).stamp : "";
        if (!found || found === stamp || found === waitingFor || busy()) return;
        waitingFor = found;
        trigger("refresh", {});
        setTimeout(() => { waitingFor = ""; }, 3 * POLL);
      } catch { /* the server is away; asked again */ }
    }, POLL);
  }

  function tell(target, more, trigger, name = target.dataset.event) {
    if (name === "ask" && busy()) return;
    if (name === "language") keep(localStorage, "wenbao-language", target.dataset.language);
    if (["open", "create", "show", "ask"].includes(name)) document.body.classList.remove("menu-open");
    if (name === "cite" && !wide()) setTimeout(() => show("evidence"), 150);
    trigger(name, { ...target.dataset, ...more });
  }

  // Gestures that the server need not know of.
  function here(button) {
    const { copy, press, toggle } = button.dataset;
    if (press) return find(press)?.click();
    if (toggle === "menu") return document.body.classList.toggle("menu-open");
    if (toggle === "dark") {
      const dark = document.body.classList.toggle("dark");
      return keep(localStorage, "wenbao-theme", dark ? "dark" : "light");
    }
    if ("edit" in button.dataset) {
      const row = button.closest("li");
      row.classList.toggle("editing");
      return row.querySelector("input")?.select();
    }
    if (copy !== undefined) copied(copy).then(() => said(button));
  }

  async function copied(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  function said(button) {
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, 1600);
  }

  function show(part) {
    const target = find(part === "evidence" ? "#evidence-panel" : ".thread .turn:last-of-type");
    target?.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" });
    if (part === "evidence") target?.focus({ preventScroll: true });
  }

  function thread(element) {
    const log = element.querySelector(".thread");
    if (!log) return;
    keep(sessionStorage, "wenbao-conversation", log.dataset.conversation);
    document.documentElement.lang = log.dataset.language === "en" ? "en" : "zh-CN";
    document.title = log.dataset.title;
    document.body.dataset.place = log.dataset.place;
    document.body.classList.toggle("asking", busy());
    const turns = log.querySelectorAll(".turn, .letter").length;
    const grew = turns !== Number(element.dataset.turns || 0) || busy();
    const settled = element.dataset.busy === "true" && !busy();
    element.dataset.turns = turns;
    element.dataset.busy = busy();
    if (turns && (grew || settled)) ending(log, settled);
    const area = find("#question");
    if (log.querySelector(":scope > .wrong") && area && !area.value && unsent) {
      area.value = unsent;
      unsent = "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const form = log.querySelector("form.comment textarea, form.handover textarea");
    if (form && document.activeElement?.tagName !== "TEXTAREA") {
      form.focus({ preventScroll: true });
      form.form.scrollIntoView({ block: wide() ? "nearest" : "center" });
    }
  }

  // Keep the newest turn in view: its end while it grows, its question when it is done and long.
  function ending(log, settled) {
    const last = [...log.querySelectorAll(".turn, .letter")].pop();
    const box = find("#thread");
    if (wide()) {
      const start = box.scrollTop + last.getBoundingClientRect().top - box.getBoundingClientRect().top;
      const long = last.classList.contains("letter") && last.offsetHeight > box.clientHeight;
      box.scrollTo({ top: settled || long ? start - 24 : box.scrollHeight });
    } else if (settled) {
      last?.scrollIntoView({ block: "start" });
    } else {
      find("#question")?.closest("form")?.scrollIntoView({ block: "end" });
    }
  }

  // The current cell, in the middle of its own frame, and on a wide screen that in sight of the
  // panel; the page itself does not move.
  function evidence(element) {
    const box = find("#evidence");
    box.scrollTop = 0;
    const cell = element.querySelector(".grid .current, .passage mark");
    const frame = cell?.closest(".grid, .passage");
    if (!frame) return;
    const inner = cell.getBoundingClientRect();
    const outer = frame.getBoundingClientRect();
    frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    frame.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    const below = cell.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
    if (wide() && below > -24) box.scrollTop += below + box.clientHeight / 3;
  }

  function composer(element, trigger, watch) {
    const state = { files: [], sending: 0 };
    const parts = () => ({
      form: element.querySelector("form"), area: element.querySelector("#question"),
      list: element.querySelector(".files"), file: element.querySelector("#file"),
    });
    const fit = () => {
      const { form, area } = parts();
      if (!area) return;
      area.style.height = "auto";
      area.style.height = `${Math.min(area.scrollHeight, 180)}px`;
      const limit = element.querySelector("#limit");
      const length = area.value.trim().length;
      limit.querySelector("b").textContent = length;
      const over = length > Number(form.dataset.longest);
      limit.classList.toggle("over", over);
      limit.classList.toggle("near", length > Number(form.dataset.longest) * 0.8);
      element.querySelector("#send").disabled = over || state.sending > 0 || (!length && !state.files.length);
    };
    const list = () => {
      const { form, list: shown } = parts();
      if (!form) return;
      shown.replaceChildren(...state.files.map((file, index) => chip(file, form, () => {
        state.files.splice(index, 1); list();
      })));
      fit();
    };
    const take = async (files) => {
      for (const file of files) {
        const entry = { name: file.name, words: parts().form.dataset.uploading };
        state.files.push(entry); state.sending += 1; list();
        await upload(file, entry, parts().form.dataset.failed);
        state.sending -= 1; list();
      }
    };
    const send = () => {
      const { form, area } = parts();
      const text = area.value.trim();
      const files = state.files.filter((file) => file.token).map((file) => file.token);
      if (busy() || state.sending || (!text && !files.length) || text.length > Number(form.dataset.longest)) return;
      unsent = text;
      area.value = ""; state.files = []; list();
      trigger("ask", { text, files: files.join(" ") });
    };
    element.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    element.addEventListener("input", fit);
    element.addEventListener("keydown", (event) => {
      // 229: an input method is composing; its Enter picks a word and must not send.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      if (event.target.id === "question") { event.preventDefault(); send(); }
    });
    element.addEventListener("click", (event) => { if (event.target.closest("#attach")) parts().file.click(); });
    element.addEventListener("change", (event) => {
      if (event.target.id !== "file") return;
      take([...event.target.files]); event.target.value = "";
    });
    element.addEventListener("dragover", (event) => { event.preventDefault(); parts().form.classList.add("drop"); });
    element.addEventListener("dragleave", () => parts().form.classList.remove("drop"));
    element.addEventListener("drop", (event) => {
      event.preventDefault(); parts().form.classList.remove("drop"); take([...event.dataTransfer.files]);
    });
    watch("value", list);
    list();
    if (wide()) parts().area?.focus();
  }

  function chip(file, form, remove) {
    const item = document.createElement("li");
    item.classList.toggle("failed", Boolean(file.failed));
    const name = document.createElement("span");
    name.textContent = file.words ? `${file.name} · ${file.words}` : file.name;
    const cross = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    cross.setAttribute("aria-label", `${form.dataset.remove} ${file.name}`);
    cross.addEventListener("click", remove);
    item.append(name, cross);
    return item;
  }

  async function upload(file, entry, failed) {
    const body = new FormData();
    body.append("file", file);
    try {
      const answer = await fetch("/chat/uploads", { method: "POST", body, credentials: "same-origin" });
      const record = await answer.json();
      if (!answer.ok) throw new Error(record.detail || answer.statusText);
      Object.assign(entry, { token: record.token, words: "" });
    } catch (error) {
      Object.assign(entry, { failed: true, words: failed + error.message });
    }
  }

  // The choice of light or dark outlives a reload; without one the system decides.
  const theme = kept(localStorage, "wenbao-theme");
  if (theme) {
    const apply = () => document.body?.classList.toggle("dark", theme === "dark");
    const watcher = new MutationObserver(apply);
    document.addEventListener("DOMContentLoaded", () => {
      apply();
      watcher.observe(document.body, { childList: true });
      setTimeout(() => watcher.disconnect(), 3000);
    });
  }

  return { arrival, bind, composer, evidence, news, thread };
})();
