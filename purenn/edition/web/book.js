// What all pages do: equations shown where they are touched, pages in one file, names found, answers judged.
"use strict";
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, attributes = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), attributes);
  node.append(...children);
  return node;
};

// An equation

let card = null;
function hideCard() { card?.remove(); card = null; }
function showCard(link) {
  hideCard();
  const source = $(`[data-card="${link.dataset.eq}"]`);
  if (!source) return;
  card = source.cloneNode(true);
  card.className = "shown-card";
  document.body.append(card);
  const box = link.getBoundingClientRect();
  const above = box.top > card.offsetHeight + 70;
  card.style.left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - card.offsetWidth - 8)) + scrollX + "px";
  card.style.top = (above ? box.top - card.offsetHeight - 6 : box.bottom + 6) + scrollY + "px";
}
for (const link of $$("a[data-eq]")) {
  link.removeAttribute("title");
  link.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") showCard(link); });
  link.addEventListener("pointerleave", hideCard);
  link.addEventListener("focus", () => showCard(link));
  link.addEventListener("blur", hideCard);
  link.addEventListener("click", event => {           // a finger: first the equation, then the book
    if (matchMedia("(hover: none)").matches && link.dataset.asked !== "yes") event.preventDefault();
    link.dataset.asked = "yes";
    showCard(link);
  });
}
addEventListener("keydown", event => { if (event.key === "Escape") { hideCard(); closeMenus(null); } });

// Menus of the banner: one at a time

const menus = $$(".banner details");
function closeMenus(but) { for (const menu of menus) if (menu !== but) menu.open = false; }
for (const menu of menus) menu.addEventListener("toggle", () => { if (menu.open) closeMenus(menu); });
addEventListener("click", event => { if (!event.target.closest(".banner details")) closeMenus(null); });

// All pages in one file: one is shown, that of the address

const articles = $$("article");
function turnTo() {
  const [page] = decodeURIComponent(location.hash.slice(1)).split("/");
  const shown = articles.find(one => one.dataset.page === page) ?? articles[0];
  for (const one of articles) one.hidden = one !== shown;
  closeMenus(null);
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  if (!location.hash.includes("/")) scrollTo(0, 0);
}
if (articles.length > 1) { addEventListener("hashchange", turnTo); turnTo(); }

// Names

const filter = $("[data-page=names] input");
if (filter) {
  filter.hidden = false;
  filter.addEventListener("input", () => {
    for (const item of $$(".names li")) item.hidden = !item.textContent.toLowerCase().includes(filter.value.trim().toLowerCase());
  });
}

// Questions: an answer is judged before the answer unfolds

function judgement(box, right, words) {
  const place = $(".judgement", box);
  place.textContent = words;
  place.className = "judgement" + (right ? " right" : "");
  box.dataset.judged = right ? "right" : "wrong";
}
for (const box of $$(".ask[data-right], .ask[data-number]")) {
  const form = $("form", box), button = $("button", form), details = $("details", box);
  button.hidden = false;
  details.hidden = true;
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (box.dataset.right) {
      const chosen = $("input:checked", form), labels = $$("label", form);
      if (!chosen) return judgement(box, false, "Say first what you expect.");
      const right = chosen.value === box.dataset.right;
      const said = labels[chosen.value].textContent.trim(), is = labels[box.dataset.right].textContent.trim();
      judgement(box, right, right ? `You said: ${said}. So it is.` : `You said: ${said}. It is: ${is}.`);
      unfold(details);
      return;
    }
    const given = Number($("input", form).value.replace(",", ".").replace("−", "-").replace(/(?<=\d)\s(?=\d)/g, ""));
    const number = Number(box.dataset.number), tolerance = Number(box.dataset.tolerance);
    if (!$("input", form).value.trim() || Number.isNaN(given)) return judgement(box, false, "A number is asked for.");
    const right = Math.abs(given - number) <= tolerance * Math.abs(number) + 1e-12;
    const tries = box.dataset.tries = Number(box.dataset.tries ?? 0) + 1;
    if (right) judgement(box, true, `You said ${given}. So it is.`);
    else judgement(box, false, tries < 2 ? `Not ${given}. Try once more, or say it again to see the answer.`
                                         : `You said ${given}. It is ${Number(number.toPrecision(6))}.`);
    if (right || tries > 1) unfold(details);
  });
}
function unfold(details) { details.hidden = false; details.open = true; }
