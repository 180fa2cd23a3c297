"use strict";

// Searches the index that lies beside the page. Each of its files is a script that calls searchLoaded once.
(() => {
  const results = document.getElementById("results");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const box = document.getElementById("q");
  const { root, index } = results.dataset;
  const buckets = Number(results.dataset.buckets);
  const chunkSize = Number(results.dataset.chunk);
  const step = 30;
  const kept = new Map();
  const waiting = new Map();
  const alone = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*/u;
  const wordPattern = new RegExp(`${alone.source}|[\\p{L}\\p{N}\\p{M}]`, "gu");
  let asked = 0;

  window.searchLoaded = ([kind, number, value]) => {
    const name = `${kind}-${number}`;
    kept.set(name, value);
    waiting.get(name)?.(value);
  };

  function load(kind, number) {
    const name = `${kind}-${number}`;
    if (!kept.has(name)) {
      kept.set(name, new Promise((resolve, reject) => {
        waiting.set(name, resolve);
        const script = document.createElement("script");
        script.src = `${index}/${name}.js`;
        script.addEventListener("error", () => reject(new Error(name)));
        document.head.append(script);
      }));
    }
    return Promise.resolve(kept.get(name));
  }

  // The same words that the index was made of: a run of letters, or one sign of a script without blanks.
  function wordsOf(text) {
    const words = [];
    let end = -1;
    for (const match of text.normalize("NFKC").toLowerCase().matchAll(wordPattern)) {
      const isAlone = alone.test(match[0]);
      if (match.index === end && !isAlone) words[words.length - 1] += match[0];
      else words.push(match[0]);
      end = isAlone ? -1 : match.index + match[0].length;
    }
    return [...new Set(words)];
  }

  function bucketOf(word) {
    const [first, second] = word;
    return (first.codePointAt(0) * 31 + (second ? second.codePointAt(0) : 0)) % buckets;
  }

  // The places of all words that begin so; those of the whole word count more.
  async function placesOf(word) {
    const table = await load("words", bucketOf(word));
    const scores = new Map();
    for (const [candidate, steps] of Object.entries(table)) {
      if (!candidate.startsWith(word)) continue;
      let place = 0;
      for (const each of steps) {
        place += each;
        scores.set(place, Math.max(scores.get(place) ?? 0, candidate === word ? 2 : 1));
      }
    }
    return scores;
  }

  async function search(query) {
    const turn = ++asked;
    const words = wordsOf(query).filter((word) => [...word].length > 1 || alone.test(word));
    results.replaceChildren();
    more.hidden = true;
    if (!words.length) {
      found.textContent = "Type at least two letters above.";
      return;
    }
    const scored = await Promise.all(words.map(placesOf));
    if (turn !== asked) return;
    const [first, ...others] = scored;
    const hits = [];
    for (const [place, score] of first) {
      if (others.every((each) => each.has(place))) {
        hits.push([others.reduce((sum, each) => sum + each.get(place), score), place]);
      }
    }
    hits.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
    found.textContent = hits.length === 1 ? "1 place found." : `${hits.length.toLocaleString("en")} places found.`;
    let shown = 0;
    const showMore = async () => {
      const next = hits.slice(shown, shown + step);
      shown += next.length;
      const places = await Promise.all(next.map(([, place]) => load("places", Math.floor(place / chunkSize))));
      if (turn !== asked) return;
      results.append(...next.map(([, place], at) => drawn(places[at][place % chunkSize], words)));
      more.hidden = shown >= hits.length;
    };
    more.onclick = showMore;
    await showMore();
  }

  function drawn([kind, title, page, text], words) {
    const li = document.createElement("li");
    const head = document.createElement("p");
    const what = document.createElement("span");
    what.className = "kind";
    what.textContent = kind;
    const link = document.createElement("a");
    link.href = root + page;
    link.append(words_(title, words));
    head.append(what, " ", link);
    li.append(head);
    if (text) {
      const below = document.createElement("p");
      below.className = "quiet";
      below.append(words_(text, words));
      li.append(below);
    }
    return li;
  }

  // The text with what was searched for in bold; always as text, never as markup.
  function words_(text, words) {
    const bdi = document.createElement("bdi");
    bdi.dir = "auto";
    let rest = 0;
    for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const word = match[0].normalize("NFKC").toLowerCase();
      const is = words.some((each) => word.startsWith(each) || (alone.test(each) && word.includes(each)));
      if (!is) continue;
      bdi.append(text.slice(rest, match.index));
      const mark = document.createElement("mark");
      mark.textContent = match[0];
      bdi.append(mark);
      rest = match.index + match[0].length;
    }
    bdi.append(text.slice(rest));
    return bdi;
  }

  function failed(error) {
    found.textContent = `A part of the index is missing: ${error.message}.js`;
  }

  const query = new URLSearchParams(window.location.search).get("q") ?? "";
  box.value = query;
  search(query).catch(failed);
  box.addEventListener("input", () => search(box.value).catch(failed));
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(window.location.href);
    address.searchParams.set("q", box.value);
    window.history.replaceState(null, "", address);
    search(box.value).catch(failed);
  });
})();
