// What a reader moves: the walk of one example forward and back, and the network that is wrong.

const written = value => {
  const short = Math.abs(value) >= 1e-4 || !value ? String(Number(value.toPrecision(4))) : value.toExponential(1);
  return short.replace("-", "−");
};

// The walk: (BP1) to (BP4) for two inputs, two hidden neurons and one output

function walked(v) {
  const sigma = z => 1 / (1 + Math.exp(-z));
  for (const j of ["21", "22"]) {
    v["z" + j] = v[`w${j}1`] * v.x1 + v[`w${j}2`] * v.x2 + v["b" + j];
    v["a" + j] = sigma(v["z" + j]);
  }
  v.z31 = v.w311 * v.a21 + v.w312 * v.a22 + v.b31;
  v.a31 = sigma(v.z31);
  v.C = 0.5 * (v.a31 - v.y) ** 2;
  for (const j of ["21", "22", "31"]) v["s" + j] = v["a" + j] * (1 - v["a" + j]);
  v.d31 = (v.a31 - v.y) * v.s31;                                                  // (BP1)
  v.d21 = v.w311 * v.d31 * v.s21;                                                 // (BP2)
  v.d22 = v.w312 * v.d31 * v.s22;
  for (const k of [1, 2]) {                                                       // (BP4)
    v[`g31${k}`] = v[`a2${k}`] * v.d31;
    for (const j of [1, 2]) v[`g2${j}${k}`] = v[`x${k}`] * v[`d2${j}`];
  }
  return v;
}
const raised = {2: "²", 3: "³"}, lowered = {1: "₁", 2: "₂"};
const index = digits => raised[digits[0]] + [...digits.slice(1)].map(d => lowered[d]).join("");

for (const box of $$(".walk")) {
  const first = JSON.parse(box.dataset.values), v = {...first}, words = $(".touched", box);
  let chosen = null;
  const lineWords = line => {
    const j = line.slice(1, 3), k = line[3], from = line[1] === "2" ? "x" + lowered[k] : "a²" + lowered[k];
    const a = line[1] === "2" ? v["x" + k] : v["a2" + k];
    return `Forward, w${index(line.slice(1))} = ${written(v[line])} carries ${from} = ${written(a)}: it adds ${written(v[line] * a)} to z${index(j)}. `
      + `Back, its slope is activation times error, ${from}·δ${index(j)} = ${written(a)}·${written(v["d" + j])} = ${written(v["g" + line.slice(1)])} (BP4).`
      + (line[1] === "3" ? ` And it carries the error on: w·δ = ${written(v[line] * v.d31)} reaches neuron ${k} of layer 2, whose slope is ${written(v["s2" + k])} (BP2).` : "");
  };
  const neuronWords = name => {
    if (name[0] === "x") return `The input x${lowered[name[1]]} = ${written(v[name])}. It has no error: nothing in it can be learnt.`;
    return `z${index(name)} = ${written(v["z" + name])}, a${index(name)} = σ(z) = ${written(v["a" + name])}, its slope σ′(z) = a·(1 − a) = ${written(v["s" + name])}, `
      + `its error δ${index(name)} = ${written(v["d" + name])}.` + (v["s" + name] < 0.05 ? " It is saturated: σ is almost flat here, so it hardly learns." : "");
  };
  const show = before => {
    walked(v);
    for (const place of $$("[data-v]", box)) {
      const now = written(v[place.dataset.v]);
      if (place.tagName === "OUTPUT") place.classList.toggle("moving", before !== undefined && place.textContent !== now);
      place.textContent = now;
    }
    for (const line of $$("[data-line]", box)) {
      const drawn = line.lastElementChild, w = v[line.dataset.line];
      drawn.setAttribute("class", w < 0 ? "minus" : "plus");
      drawn.setAttribute("stroke-width", 1 + Math.abs(w));
    }
    for (const neuron of $$("[data-neuron]", box)) neuron.classList.toggle("saturated", v["s" + neuron.dataset.neuron] < 0.05);
    if (chosen) words.textContent = chosen.dataset.line ? lineWords(chosen.dataset.line) : neuronWords(chosen.dataset.neuron);
  };
  for (const one of $$("[data-line], [data-neuron]", box)) {
    const touch = () => {
      chosen?.classList.remove("chosen");
      chosen = one;
      one.classList.add("chosen");
      words.textContent = one.dataset.line ? lineWords(one.dataset.line) : neuronWords(one.dataset.neuron);
    };
    one.addEventListener("click", touch);
    one.addEventListener("focus", touch);
    one.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") touch(); });
  }
  const sliders = $$("[data-move]", box);
  for (const slider of sliders) slider.addEventListener("input", () => { v[slider.dataset.move] = Number(slider.value); show(true); });
  const set = () => { for (const slider of sliders) slider.value = v[slider.dataset.move]; show(true); };
  for (const button of $$("[data-do]", box)) {
    button.hidden = false;
    button.onclick = () => {
      if (button.dataset.do === "back") Object.assign(v, first);
      else for (const name of Object.keys(v)) {
        if (/^w/.test(name)) v[name] -= 0.5 * v["g" + name.slice(1)];
        if (/^b/.test(name)) v[name] -= 0.5 * v["d" + name.slice(1)];
      }
      set();
    };
  }
}

// A sum, worked out: numbers, + - * / and parentheses, and nothing else

function sum(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/[·×]/g, "*").replace(/,/g, ".");
  if (!/^[\d.\s()+*/-]+$/.test(plain)) return NaN;
  try { return Number(Function(`"use strict"; return (${plain})`)()); } catch { return NaN; }
}

// Which equation is it?

for (const box of $$(".accuse")) {
  const puzzles = JSON.parse(box.dataset.puzzles), symbols = JSON.parse(box.dataset.symbols);
  const given = $(".given", box), probes = $(".probes", box), words = $(".judgement", box);
  let number = Math.floor(Math.random() * puzzles.length), left = 3;
  $(".play", box).hidden = false;
  $(".note", box).hidden = true;
  const term = (name, value) => make("span", {innerHTML: `${symbols[name]} = ${written(value)}`});
  const begin = () => {
    const one = puzzles[number];
    left = 3;
    words.textContent = "";
    box.dataset.guilty = one.guilty;
    const list = (title, numbers, letters) => [make("b", {textContent: title}),
      ...Object.entries(numbers).filter(([name]) => letters.includes(name[0])).map(([name, value]) => term(name, value))];
    given.replaceChildren(...list("The example", one.given, "xy"), ...list("Weights and biases", one.given, "wb"),
      ...list("Forward, all of it right", one.forward, "a"), ...list("Slopes σ′(z)", one.forward, "s"));
    probes.replaceChildren(...Object.keys(one.probes).map(name => {
      const probe = make("button", {innerHTML: symbols[name]});
      probe.dataset.probe = name;
      probe.onclick = () => {
        if (!left) return;
        left--;
        probe.replaceWith(term(name, one.probes[name]));
        if (!left) for (const other of $$("button", probes)) other.disabled = true;
      };
      return probe;
    }));
  };
  for (const button of $$(".verdicts button", box)) button.onclick = () => {
    const one = puzzles[number], right = button.value === one.guilty;
    words.className = "judgement" + (right ? " right" : "");
    words.textContent = `${right ? "Yes" : "No"}: it is (${one.guilty}). ${one.because.replace(/^[a-z]/, c => c.toUpperCase())}.`;
    probes.replaceChildren(...Object.keys(one.probes).map(name => {
      const shown = term(name, one.probes[name]);
      if (Math.abs(one.probes[name] - one.right[name]) > 1e-3) shown.append(` (right: ${written(one.right[name])})`);
      return shown;
    }));
  };
  $(".more", box).onclick = () => { number = (number + 1) % puzzles.length; begin(); };
  $(".sum", box).addEventListener("input", event => { const value = sum(event.target.value); $(".result", box).textContent = Number.isNaN(value) ? "" : "= " + written(value); });
  begin();
}
