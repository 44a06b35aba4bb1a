// The script of the paste-in page: asks as any program does, shows the answer in slices, and lets the reader decide.
// Without it the form is sent as it is. Nothing of a document is ever written as markup: text becomes text nodes, and of
// the sanitised article only known elements are taken over. The program serves these files as one, in their order.
//
// First: what the page knows, and how it asks.
'use strict';

const byId = (id) => document.getElementById(id);
const [form, box, file, kind, mode, problem, announced, result] =
  ['form', 'document', 'file', 'kind', 'mode', 'problem', 'status', 'result'].map(byId);
const keepBoxes = [...form.querySelectorAll('[name=keep]')];

const ONE = { content: 'content', advertising: 'advertising', call_to_action: 'call to action', boilerplate: 'boilerplate' };
const MANY = { ...ONE, call_to_action: 'calls to action' };
const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;
// Longest work between two looks at what the reader does, in milliseconds: half a frame.
const SLICE = 8;
// Rows of one list: what is out of sight is laid out list by list.
const ROWS = 100;
// Longest text that is put into the box, in characters: with megabytes in it a browser stands still for a second.
const LONG = 200_000;
// How much of a longer one the box shows, in characters.
const BEGINNING = 20_000;

let running = null; // what is asked now
let shown = null; // what is on screen: { text, isHtml, answer, forced, active, rows, … }
let held = null; // a text that is too long for the box
let rules = null; // what each rule looks for, by name

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const find = (selector) => result.querySelector(selector);
const pause = () => (window.scheduler?.yield ? scheduler.yield() : new Promise((done) => setTimeout(done)));
const plural = (count, one, many) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
const languages = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });
const languageName = (code) => { try { return languages.of(code); } catch { return code; } };
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
    throw new Failure('The service could not be reached', 'your text is still in the box, try again in a moment');
  }
  const told = await response.json().catch(() => ({}));
  throw new Failure(told.title ?? `The service answered ${response.status}`, told.detail ?? 'your text is still in the box');
}

// Says what went wrong beside what the reader did: at the box, or at the result.
function fail(error, place = problem) {
  if (error.name === 'AbortError') return;
  place.replaceChildren(make('p', {}, make('strong', {}, error.title ?? 'Something went wrong here'), ` – ${error.message}`));
  place.scrollIntoView({ block: 'nearest' });
}

const failHere = (error) => fail(error, find('.problem'));

async function clean() {
  running?.abort();
  const mine = (running = new AbortController());
  const text = held ?? box.value;
  problem.replaceChildren();
  if (!text.trim()) {
    fail(new Failure('There is nothing to clean yet', 'paste an article, choose a file, or try an example'));
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
    shown = { ...before, text, isHtml, source, answer, options, version: {}, rows: [], active: null };
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
