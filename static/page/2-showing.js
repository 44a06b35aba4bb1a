// What is on the screen of an answer: facts, counts, every paragraph in its place, and why.

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
  const facts = [['By', answer.byline], ['Published', answer.published], ['Site', answer.site], ['Language', answer.language && languageName(answer.language)], ['Address', answer.url]];
  find('.facts').replaceChildren(
    ...facts.filter(([, value]) => value).flatMap(([name, value]) => [make('span', {}, `${name} `, make('bdi', {}, value)), ' ']),
  );
  find('.problem').replaceChildren();
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
  const { bottom, height } = card.getBoundingClientRect();
  const room = shown.rows[shown.active].getBoundingClientRect().top - Math.max(find('.lists').getBoundingClientRect().top, 0);
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
