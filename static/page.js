// The script of the paste-in page: asks as any program does, shows the answer in slices, and lets the reader
// decide. Without it the form is sent as it is. Nothing of a document is ever written as markup: text becomes text
// nodes, and of the sanitised article only known elements are taken over.
'use strict';

const byId = (id) => document.getElementById(id);
const [form, box, file, kind, mode, problem, announced, result] =
  ['form', 'document', 'file', 'kind', 'mode', 'problem', 'status', 'result'].map(byId);
const keepBoxes = [...form.querySelectorAll('[name=keep]')];

const ONE = { content: 'content', advertising: 'advertising', call_to_action: 'call to action', boilerplate: 'boilerplate' };
const MANY = { ...ONE, call_to_action: 'calls to action' };
const ALL_LABELS = 'advertising,call_to_action,boilerplate';
const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;
// Longest work between two looks at what the reader does, in milliseconds: half a frame.
const SLICE = 8;
// Rows of one list: what is out of sight is laid out list by list.
const ROWS = 100;
// Longest phrase that the service takes, in characters, and most of them.
const PHRASE = { length: 200, count: 1000 };

let running = null; // what is asked now
let shown = null; // what is on screen: { text, isHtml, answer, forced, active, rows, … }
let rules = null; // what each rule looks for, by name

// ---- small helpers

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const find = (selector) => result.querySelector(selector);
const pause = () => (window.scheduler?.yield ? scheduler.yield() : new Promise((done) => setTimeout(done)));
const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
const percent = (confidence) => `${Math.min(Math.round(confidence * 100), 99)} %`;
const isWide = () => matchMedia('(min-width: 60rem)').matches;
const chosenLabels = () => keepBoxes.filter((one) => one.checked).map((one) => one.value).join(',');
const looksLikeHtml = (text) => /^[\0\ufeff \t\n\f\r]*<\0*[a-z!/?]/i.test(text);

function say(text) {
  announced.textContent = '';
  // A live region speaks when it changes, also where the sentence is the same again.
  requestAnimationFrame(() => { announced.textContent = text; });
}

// Works through items without holding up the page; ends early where `isStale` says so.
async function inSlices(items, work, isStale) {
  let until = performance.now() + SLICE;
  for (let at = 0; at < items.length; at++) {
    work(items[at], at);
    if (performance.now() > until) {
      await pause();
      if (isStale()) return false;
      until = performance.now() + SLICE;
    }
  }
  return true;
}

// ---- asking

class Failure extends Error {
  constructor(title, detail) {
    super(detail);
    this.title = title;
  }
}

async function ask(document, options, signal) {
  let response;
  try {
    const body = JSON.stringify({ ...document, options });
    response = await fetch('/', { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
    if (response.ok) return await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failure('The service could not be reached', 'Your text is still in the box: try again in a moment.');
  }
  const told = await response.json().catch(() => ({}));
  throw new Failure(told.title ?? `The service answered ${response.status}`, told.detail ?? 'Your text is still in the box.');
}

function fail(error) {
  if (error.name === 'AbortError') return;
  problem.replaceChildren(make('p', {}, make('strong', {}, `${error.title ?? 'Something went wrong here'}.`), ` ${error.message}`));
  problem.scrollIntoView({ block: 'nearest' });
}

async function clean() {
  running?.abort();
  const mine = (running = new AbortController());
  const text = box.value;
  problem.replaceChildren();
  if (!text.trim()) {
    fail(new Failure('There is nothing to clean yet', 'Paste an article, choose a file, or try an example.'));
    box.focus();
    return;
  }
  const isHtml = kind.value === 'auto' ? looksLikeHtml(text) : kind.value === 'html';
  const source = { [isHtml ? 'html' : 'text']: text };
  const isNew = shown?.text !== text || shown.isHtml !== isHtml;
  result.setAttribute('aria-busy', 'true');
  form.classList.add('busy');
  try {
    const options = { mode: mode.value, keep: chosenLabels(), format: 'json,markdown,html' };
    const [answer] = await Promise.all([ask(source, options, mine.signal), readRules()]);
    if (running !== mine) return;
    const before = isNew ? { forced: new Map(), view: shown?.view ?? 'marked' } : shown;
    shown = { ...before, text, isHtml, source, answer, options, version: {}, rows: [], active: null, whole: isNew ? null : before.whole };
    show(isNew);
  } catch (error) {
    if (isNew && error.name !== 'AbortError') {
      result.hidden = true;
      shown = null;
    }
    fail(error);
  } finally {
    if (running === mine) {
      result.removeAttribute('aria-busy');
      form.classList.remove('busy');
    }
  }
}

async function readRules() {
  if (rules) return;
  try {
    const catalogue = await (await fetch('/static/rules.json')).json();
    rules = new Map(catalogue.rules.map((rule) => [rule.id, rule.looks_for]));
  } catch {
    // Reasons are shown by name then.
  }
}

// ---- showing

const isKept = (index) => shown.forced.get(index) ?? shown.answer.paragraphs[index].kept;

function show(isNew) {
  const { answer } = shown;
  if (isNew || !find('.tabs')) {
    result.replaceChildren(byId('shown').content.cloneNode(true));
    wire();
  }
  result.hidden = false;
  const title = find('.title');
  title.textContent = answer.title ?? 'The cleaned article';
  document.title = answer.title ? `${answer.title} – dechaff` : 'dechaff';
  const facts = [['By', answer.byline], ['Published', answer.published], ['Site', answer.site], ['Language', answer.language], ['Address', answer.url]];
  find('.facts').replaceChildren(
    ...facts.filter(([, value]) => value).flatMap(([name, value]) => [make('span', {}, `${name} `, make('bdi', {}, value)), ' ']),
  );
  find('.warnings').replaceChildren(...answer.warnings.map((warning) => make('li', { dir: 'auto' }, warning.detail)));
  const direction = RIGHT_TO_LEFT.test(answer.language ?? '') ? 'rtl' : 'ltr';
  for (const place of [find('.lists'), find('.clean'), title]) {
    place.dir = direction;
    place.lang = answer.language ?? '';
  }
  showRows();
  count();
  view(shown.view);
  say(`${find('.kept').textContent} ${find('.labels').textContent}`);
  if (isNew) {
    form.classList.add('done');
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    result.scrollIntoView({ block: 'start', behavior: still ? 'auto' : 'smooth' });
  }
}

// What was counted, in words and beside the boxes that leave labels in.
function count() {
  const { answer, forced } = shown;
  const kept = answer.paragraphs.filter((paragraph, index) => isKept(index)).length;
  find('.kept').textContent = `${kept.toLocaleString('en')} of ${plural(answer.paragraphs.length, 'paragraph', 'paragraphs')} kept.`;
  const counts = Object.entries(answer.counts).filter(([, number]) => number);
  find('.labels').textContent = counts.length
    ? `${counts.map(([label, number]) => `${number.toLocaleString('en')} ${(number === 1 ? ONE : MANY)[label]}`).join(', ')}.`
    : '';
  for (const one of keepBoxes) {
    const name = one.parentElement.querySelector('span');
    name.textContent = `${MANY[one.value]} (${answer.counts[one.value].toLocaleString('en')})`;
  }
  const changes = forced.size + keepBoxes.filter((one) => one.checked).length + (mode.value === 'balanced' ? 0 : 1);
  find('.own').hidden = changes === 0;
  find('.own .number').textContent = `${plural(changes, 'choice', 'choices')} of yours.`;
}

async function showRows() {
  const mine = shown.version;
  const lists = find('.lists');
  lists.replaceChildren();
  let list = null;
  await inSlices(
    shown.answer.paragraphs,
    (paragraph, index) => {
      if (index % ROWS === 0) {
        list = make('ol', { class: 'marked', start: index + 1, 'aria-label': 'Paragraphs' });
        lists.append(list);
      }
      list.append(row(paragraph, index));
    },
    () => shown?.version !== mine,
  );
}

function row(paragraph, index) {
  const text = make('p', { class: `text ${paragraph.tag}`, dir: 'auto', id: `paragraph-${index}` });
  fill(text, paragraph);
  const verdict = make('span', { class: 'label', id: `label-${index}` });
  const button = make('button', { type: 'button', class: 'quiet', 'aria-describedby': `label-${index} paragraph-${index} why` });
  const item = make('li', {}, text, make('div', { class: 'verdict' }, verdict, button));
  item.dataset.index = index;
  shown.rows[index] = item;
  paint(index);
  return item;
}

// Gives a row the look of what is decided of it.
function paint(index) {
  const item = shown.rows[index];
  if (!item) return;
  const paragraph = shown.answer.paragraphs[index];
  const kept = isKept(index);
  const own = shown.forced.has(index);
  item.className = `row ${paragraph.label}${kept ? '' : ' gone'}${own ? ' own' : ''}${shown.active === index ? ' active' : ''}`;
  item.querySelector('.label').textContent = `${verdictOf(index)}, ${percent(paragraph.confidence)}`;
  item.querySelector('button').textContent = kept ? 'Drop' : 'Keep';
}

function verdictOf(index) {
  const { label, kept } = shown.answer.paragraphs[index];
  if (shown.forced.has(index)) return `${isKept(index) ? 'kept' : 'dropped'} by you: ${ONE[label]}`;
  if (label === 'content' && !kept) return 'content, given as the title';
  return label !== 'content' && kept ? `${ONE[label]}, left in` : ONE[label];
}

const looksFor = (rule) => rules?.get(rule) ?? '';
const quotesWords = (rule) => looksFor(rule).startsWith('phrases in') || /^(caller|rules-file)-/.test(rule);

// Writes a paragraph with the words marked that its reasons quote.
function fill(element, { text, reasons }) {
  const ranges = [];
  for (const { rule, evidence } of reasons) {
    const quoted = evidence.replace(/…$/, '');
    const start = quoted && quotesWords(rule) ? text.indexOf(quoted) : -1;
    if (start >= 0) ranges.push([start, start + quoted.length]);
  }
  let at = 0;
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0])) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    element.append(text.slice(at, from), make('mark', {}, text.slice(from, end)));
    at = end;
  }
  element.append(text.slice(at));
}

// ---- why

// Shows the reasons of one paragraph beside it, or of none.
function activate(index) {
  if (!shown || shown.active === index) return;
  const before = shown.active;
  shown.active = index;
  byId('why')?.remove();
  if (before !== null) paint(before);
  if (index === null) {
    window.CSS?.highlights?.delete('telling');
    return;
  }
  paint(index);
  place(why(index));
  highlight(index);
}

// Puts the card into its row; beside the text it stands above its row where there is room only there.
function place(card) {
  byId('why')?.remove();
  shown.rows[shown.active].append(card);
  const { top, bottom, height } = card.getBoundingClientRect();
  const room = shown.rows[shown.active].getBoundingClientRect().top;
  if (isWide() && bottom > innerHeight && room > height) card.style.top = `${-height}px`;
}

function why(index) {
  const { confidence, reasons, kept } = shown.answer.paragraphs[index];
  const most = Math.max(...reasons.map((reason) => reason.weight), 1);
  const sum = reasons.reduce((total, { label, weight }) => total + (label === 'content' ? weight : -weight), 0);
  const list = make('ul', {});
  for (const { rule, label, weight, evidence } of reasons) {
    const stays = label === 'content';
    list.append(make('li', { class: stays ? 'for' : 'against' },
      make('span', { class: 'rule', title: looksFor(rule) }, rule.replaceAll('-', ' ')),
      make('span', { class: 'weight' }, `${stays ? '+' : '−'}${weight.toFixed(2)}`),
      make('meter', { min: 0, max: most, value: weight, 'aria-hidden': 'true' }),
      make('span', { class: 'evidence', dir: 'auto' }, evidence ? (quotesWords(rule) ? `“${evidence}”` : evidence) : looksFor(rule)),
    ));
  }
  const bar = make('meter', { min: 0, max: 1, value: confidence, 'aria-label': 'confidence' }, percent(confidence));
  return make('div', { class: 'why', id: 'why', dir: 'ltr', lang: 'en' },
    make('p', { class: 'head' }, make('strong', {}, verdictOf(index)), ' ', bar, ` ${percent(confidence)}`),
    list,
    make('p', { class: 'small' }, `Together ${sum < 0 ? '−' : '+'}${Math.abs(sum).toFixed(2)}: ${sum < 0 ? 'below' : 'above'} 0, it ${kept === sum >= 0 ? (kept ? 'stays' : 'goes') : sum < 0 ? 'would go' : 'would stay'}.`),
  );
}

// Marks the single words that told, without a change to the paragraph that the reader may be selecting in.
function highlight(index) {
  if (!window.CSS?.highlights) return;
  const telling = shown.answer.paragraphs[index].reasons.filter((reason) => reason.rule === 'telling-words');
  const words = telling.flatMap((reason) => reason.evidence.split(', ')).filter((word) => /\p{L}/u.test(word));
  const ranges = [];
  const walker = document.createTreeWalker(shown.rows[index].querySelector('.text'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && words.length; node = walker.nextNode()) {
    const folded = node.data.toLowerCase();
    for (const word of words.slice(0, 20)) {
      for (let at = folded.indexOf(word); at >= 0 && ranges.length < 200 && folded.length === node.data.length; at = folded.indexOf(word, at + 1)) {
        const isPart = /[\p{L}\p{N}]/u;
        const isSpaced = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word);
        if (isSpaced && (isPart.test(folded[at - 1] ?? ' ') || isPart.test(folded[at + word.length] ?? ' '))) continue;
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set('telling', new Highlight(...ranges));
}

// ---- deciding

function decide(index) {
  const wanted = !isKept(index);
  if (shown.answer.paragraphs[index].kept === wanted) shown.forced.delete(index);
  else shown.forced.set(index, wanted);
  shown.version = {};
  paint(index);
  if (shown.active === index) place(why(index));
  count();
  say(`Paragraph ${index + 1} ${wanted ? 'kept' : 'dropped'}. ${find('.kept').textContent}`);
  refresh();
}

function backToAutomatic() {
  shown.forced.clear();
  for (const one of keepBoxes) one.checked = false;
  mode.value = 'balanced';
  find('.tabs [aria-selected=true]').focus();
  clean();
}

// ---- the article

const BLOCKS = 'p,h1,h2,h3,h4,h5,h6,li,tr,pre,figcaption';
const HOLDERS = 'UL,OL,TABLE,THEAD,TBODY,BLOCKQUOTE,FIGURE,LI';
const SHOWN = new Set(`${BLOCKS},ul,ol,table,thead,tbody,td,th,blockquote,figure,a,strong,em,b,i,code,br,span,sub,sup`.toUpperCase().split(','));

const parsed = (html) => new DOMParser().parseFromString(html, 'text/html').body;
const squeezed = (text) => text.replace(/\s+/g, '');

// The nodes of a block's own text: of a list item, what stands before the blocks in it.
function own(block) {
  if (block.tagName !== 'LI') return [...block.childNodes];
  const nodes = [...block.childNodes];
  const inner = nodes.findIndex((node) => node.nodeType === 1 && node.matches(`${BLOCKS},ul,ol,table,blockquote,figure`));
  return inner < 0 ? nodes : nodes.slice(0, inner);
}

// Every paragraph rendered, kept or not, and which block each is: asked for when the reader first decides on one.
async function whole() {
  if (shown.whole) return shown.whole;
  const { source, answer, options } = shown;
  const { html } = await ask(source, { mode: options.mode, keep: ALL_LABELS, format: 'json,html', paragraphs: 'none' });
  const texts = [...parsed(html).querySelectorAll(BLOCKS)].map((block) => squeezed(own(block).map((node) => node.textContent).join('')));
  let next = 0;
  const blocks = answer.paragraphs.map(({ text }) => {
    const wanted = squeezed(text);
    const near = texts.slice(next, next + 50).indexOf(wanted);
    if (near < 0) return null;
    next += near + 1;
    return next - 1;
  });
  shown.whole = { html, blocks };
  return shown.whole;
}

// The article's HTML with what the reader decided.
async function decided() {
  if (!shown.forced.size) return shown.answer.html;
  const { html, blocks } = await whole();
  const body = parsed(html);
  const elements = [...body.querySelectorAll(BLOCKS)];
  const stays = new Map(blocks.map((block, index) => [block, isKept(index)]));
  const pictures = elements.map((block, at) => ({ block, at })).filter(({ block, at }) => !stays.has(at) && block.querySelector('img'));
  for (const { block, at } of pictures) {
    if (!stays.get(at - 1) || !stays.get(at + 1)) block.remove();
  }
  for (const [at, kept] of stays) {
    if (at === null || kept) continue;
    let block = elements[at];
    for (const node of own(block)) node.remove();
    if (block.tagName === 'FIGCAPTION') block = block.parentElement;
    else if (block.tagName === 'LI' && block.children.length) continue;
    for (let holder = block.parentElement; ; holder = block.parentElement) {
      block.remove();
      if (!holder || !HOLDERS.split(',').includes(holder.tagName) || holder.textContent.trim() || holder.querySelector('img')) break;
      block = holder;
    }
  }
  return body.innerHTML;
}

// The article in a format, with what the reader decided.
async function rendered(format) {
  if (!shown.forced.size) return shown.answer[format];
  const mine = shown.version;
  if (shown.renderedOf !== mine) {
    const html = await decided();
    const title = shown.answer.title ? [shown.answer.title.slice(0, PHRASE.length)] : [];
    // All of it stays: the service only writes it in other formats. The phrase keeps a heading that is the title.
    const options = { keep: ALL_LABELS, keep_phrases: title, format: 'json,markdown', paragraphs: 'none' };
    const { text, markdown } = await ask({ html }, options);
    if (shown.version === mine) Object.assign(shown, { renderedOf: mine, rendered: { html, text, markdown } });
    return { html, text, markdown }[format];
  }
  return shown.rendered[format];
}

async function showArticle() {
  const mine = shown.version;
  const article = find('.clean');
  if (shown.articleOf === mine) return;
  shown.articleOf = mine;
  article.setAttribute('aria-busy', 'true');
  try {
    const body = parsed(await decided());
    if (shown.version !== mine) return;
    simplify(body);
    article.replaceChildren();
    if (!body.children.length) article.append(make('p', {}, 'Nothing is left.'));
    await inSlices([...body.childNodes], (node) => article.append(node), () => shown?.version !== mine);
  } catch (error) {
    fail(error);
  } finally {
    article.removeAttribute('aria-busy');
  }
}

// Leaves nothing in parsed HTML but what the page shows: known elements, links to the web, headings under its own.
function simplify(body) {
  const headings = [...body.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1]));
  const top = Math.min(...headings);
  let level = 2;
  for (const element of body.querySelectorAll('*')) {
    const href = element.getAttribute('href');
    const start = element.getAttribute('start');
    const alt = element.getAttribute('alt');
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
    if (element.tagName === 'IMG') {
      element.replaceWith(make('span', { class: 'picture' }, alt ? `Picture: ${alt}` : 'Picture'));
    } else if (/^H[1-6]$/.test(element.tagName)) {
      level = Math.min(Number(element.tagName[1]) - top + 3, level + 1, 6);
      element.replaceWith(make(`h${level}`, { dir: 'auto' }, ...element.childNodes));
    } else if (!SHOWN.has(element.tagName)) {
      element.replaceWith(...element.childNodes);
    } else if (element.tagName === 'A' && /^(https?|mailto):/i.test(href ?? '')) {
      element.href = href;
      element.rel = 'noopener noreferrer';
    } else if (element.tagName === 'OL' && start) {
      element.setAttribute('start', start);
    } else if (element.matches(BLOCKS)) {
      element.dir = 'auto';
    }
  }
}

// Brings what hangs on the reader's decisions up to date, once the reader has rested for a moment.
let resting = 0;
function refresh() {
  if (shown.view === 'clean') showArticle();
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (!shown) return;
    if (shown.forced.size) rendered('text').catch(fail);
    if (byId('command').open) showCommand();
  }, 200);
}

function view(name) {
  shown.view = name;
  for (const one of ['marked', 'clean']) {
    const tab = byId(`tab-${one}`);
    tab.setAttribute('aria-selected', one === name);
    tab.tabIndex = one === name ? 0 : -1;
    byId(`panel-${one}`).hidden = one !== name;
  }
  refresh();
}

// ---- taking it along

const ENDINGS = { text: ['txt', 'text/plain'], markdown: ['md', 'text/markdown'], html: ['html', 'text/html'] };

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure address there is no clipboard to write to but the selection's.
    const area = make('textarea', { class: 'hidden', readonly: '' });
    const before = document.activeElement;
    document.body.append(area);
    area.value = text;
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    before?.focus();
    if (!done) throw new Failure('The browser did not let the page copy', 'Download it instead, or select and copy it.');
  }
}

async function copy(button, content, what) {
  try {
    await toClipboard(await content);
    const name = button.textContent;
    if (name !== 'Copied') setTimeout(() => { button.textContent = name; }, 1500);
    button.textContent = 'Copied';
    say(`${what} copied.`);
  } catch (error) {
    fail(error);
  }
}

async function download() {
  try {
    const format = byId('format').value;
    const [ending, type] = ENDINGS[format];
    const name = (shown.answer.title ?? 'article').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 60) || 'article';
    const address = URL.createObjectURL(new Blob([await rendered(format)], { type: `${type};charset=utf-8` }));
    make('a', { href: address, download: `${name}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    fail(error);
  }
}

// The command that gives what is shown, and what it cannot say.
async function command() {
  const { source, options, forced, answer, text } = shown;
  const format = byId('format').value;
  const chosen = { format };
  if (options.mode !== 'balanced') chosen.mode = options.mode;
  if (options.keep) chosen.keep = options.keep;
  let type = shown.isHtml ? 'text/html' : 'text/plain';
  let body = text;
  let note = '';
  let query = `?${new URLSearchParams(chosen)}`;
  if (forced.size) {
    const phrases = { keep_phrases: [], drop_phrases: [] };
    for (const [index, kept] of forced) phrases[kept ? 'keep_phrases' : 'drop_phrases'].push(phraseOf(answer.paragraphs[index].text));
    const isTooMany = Object.values(phrases).some((list) => list.length > PHRASE.count);
    const sent = { ...chosen, ...phrases };
    const got = isTooMany ? null : await ask(source, { ...sent, format: 'json' }).catch(() => null);
    if (!got?.paragraphs.every((paragraph, index) => paragraph.kept === isKept(index))) {
      note = 'The command names paragraphs by their words, and other paragraphs hold the same: what it gives differs from what you chose.';
    }
    [type, query, body] = ['application/json', '', JSON.stringify({ ...source, options: sent })];
  }
  let end = 'ARTICLE';
  while (`\n${body}\n`.includes(`\n${end}\n`)) end += '_';
  const head = `curl -sS '${location.origin}/v1/clean${query}' \\\n  -H 'content-type: ${type}; charset=utf-8' --data-binary @- <<'${end}'`;
  return { head, body, end, note };
}

// The beginning of a paragraph, as long as a phrase may be.
function phraseOf(text) {
  const signs = [...text.replaceAll('\n', ' ').replaceAll('\t', ' ')];
  if (signs.length <= PHRASE.length) return signs.join('');
  const begun = signs.slice(0, PHRASE.length).join('');
  const cut = begun.lastIndexOf(' ');
  return cut > 0 ? begun.slice(0, cut) : begun;
}

async function showCommand() {
  const mine = shown.version;
  const { head, body, end, note } = await command();
  if (shown?.version !== mine) return;
  const lines = body.split('\n');
  const few = lines.length > 8 ? [...lines.slice(0, 5), `… ${lines.length - 5} more lines: “Copy the command” takes them all`] : lines;
  const short = few.map((line) => (line.length > 300 ? `${line.slice(0, 300)} …` : line));
  byId('command').querySelector('code').textContent = [head, ...short, end].join('\n');
  const place = byId('command').querySelector('.note');
  place.textContent = note;
  place.hidden = !note;
}

// ---- the reader's hands

function wire() {
  const lists = find('.lists');
  const rowAt = (event) => event.target.closest?.('.row');
  const indexOf = (item) => Number(item.dataset.index);
  lists.addEventListener('pointerover', (event) => {
    const item = rowAt(event);
    if (item && event.pointerType === 'mouse' && isWide()) activate(indexOf(item));
  });
  lists.addEventListener('focusin', (event) => {
    const item = rowAt(event);
    if (item) activate(indexOf(item));
  });
  lists.addEventListener('click', (event) => {
    const item = rowAt(event);
    if (!item || event.target.closest('.why') || !getSelection().isCollapsed) return;
    const index = indexOf(item);
    const isPointed = event.target.closest('button') || (event.pointerType !== 'touch' && isWide());
    if (isPointed) decide(index);
    else activate(shown.active === index ? null : index);
  });
  lists.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const item = rowAt(event);
    if (event.key === 'Escape') activate(null);
    if (!step || !item || !event.target.matches('button')) return;
    const next = shown.rows[indexOf(item) + step];
    if (!next) return;
    event.preventDefault();
    next.querySelector('button').focus();
  });
  const tabs = find('.tabs');
  tabs.addEventListener('click', (event) => event.target.matches('button') && view(event.target.id.slice(4)));
  tabs.addEventListener('keydown', (event) => {
    if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
    event.preventDefault();
    view(shown.view === 'marked' ? 'clean' : 'marked');
    byId(`tab-${shown.view}`).focus();
  });
  find('.back').addEventListener('click', backToAutomatic);
  byId('copy').addEventListener('click', (event) => {
    const { value, selectedOptions } = byId('format');
    copy(event.target, rendered(value), `The clean article as ${selectedOptions[0].textContent}`);
  });
  byId('download').addEventListener('click', download);
  byId('format').addEventListener('change', () => refresh());
  byId('command').addEventListener('toggle', () => byId('command').open && showCommand());
  byId('copy-command').addEventListener('click', (event) => {
    copy(event.target, command().then(({ head, body, end }) => `${head}\n${body}\n${end}\n`), 'The command');
  });
}

// Puts a file into the box, in the charset that it names or is written in.
async function take(chosen) {
  if (!chosen) return;
  problem.replaceChildren();
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 1024));
  const utf16 = /^(\xff\xfe|\xfe\xff)/.test(head);
  if (/^(%PDF-|PK\x03\x04)/.test(head) || (!utf16 && head.includes('\0'))) {
    fail(new Failure(`“${chosen.name}” is not text`, 'It looks like a picture, an archive or a program. Choose an HTML or text file.'));
    return;
  }
  let text;
  try {
    text = new TextDecoder(utf16 ? (head[0] === '\xff' ? 'utf-16le' : 'utf-16be') : 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    const named = /charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
    text = decoded(bytes, named) ?? decoded(bytes, 'windows-1252');
  }
  fillBox(text);
}

function decoded(bytes, charset) {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}

function fillBox(text) {
  box.value = text;
  kind.value = 'auto';
  clean();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  clean();
});
form.addEventListener('change', (event) => {
  if (event.target === file) take(file.files[0]);
  else if (event.target !== box && shown) clean();
});
box.addEventListener('input', (event) => {
  if (/^insertFrom(Paste|Drop)/.test(event.inputType)) clean();
});
box.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) clean();
});
form.addEventListener('click', async (event) => {
  const address = event.target.dataset?.example;
  if (!address || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error();
    fillBox(await response.text());
  } catch {
    fail(new Failure('The example could not be fetched', 'Try again in a moment.'));
  }
});

const holdsFile = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
document.addEventListener('dragover', (event) => {
  if (!holdsFile(event)) return;
  event.preventDefault();
  form.classList.add('dragged');
});
document.addEventListener('dragleave', (event) => event.relatedTarget || form.classList.remove('dragged'));
document.addEventListener('drop', (event) => {
  form.classList.remove('dragged');
  if (!holdsFile(event)) return;
  event.preventDefault();
  take(event.dataTransfer.files[0]);
});

document.documentElement.classList.add('script');
// A page that came with a text in its box, or that the browser brings back, shows what the script shows.
if (box.value.trim() && !problem.textContent.trim()) clean();
