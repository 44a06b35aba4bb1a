// What the reader decides, and the article that comes of it.

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

// What is shown of a sanitised article; the first of these are blocks with text of their own.
const BLOCKS = 'p,h1,h2,h3,h4,h5,h6,li,tr,pre,figcaption';
const SHOWN = new Set(`${BLOCKS},ul,ol,table,thead,tbody,td,th,blockquote,figure,a,strong,em,b,i,code,br,span,sub,sup`.toUpperCase().split(','));

// What the reader decided, as options of the API.
function decisions() {
  const places = (wanted) => [...shown.forced].filter(([, kept]) => kept === wanted).map(([index]) => index).sort((a, b) => a - b).join();
  const named = { keep_paragraphs: places(true), drop_paragraphs: places(false) };
  return Object.fromEntries(Object.entries(named).filter(([, list]) => list));
}

// The article in a format, with what the reader decided: asked for once, whatever the format.
async function rendered(format) {
  const { source, options, forced, version, answer } = shown;
  if (!forced.size) return answer[format];
  if (shown.renderedOf !== version) {
    const asked = ask(source, { ...options, ...decisions(), paragraphs: 'none' });
    Object.assign(shown, { renderedOf: version, rendered: asked });
    // What failed is asked for again.
    asked.catch(() => { if (shown?.rendered === asked) shown.renderedOf = null; });
  }
  return (await shown.rendered)[format];
}

async function showArticle() {
  const mine = shown.version;
  const article = find('.clean');
  if (shown.articleOf === mine) return;
  shown.articleOf = mine;
  article.setAttribute('aria-busy', 'true');
  try {
    const html = await rendered('html');
    if (shown?.version !== mine) return;
    const { body } = new DOMParser().parseFromString(html, 'text/html');
    simplify(body);
    article.replaceChildren();
    if (!body.children.length) article.append(make('p', {}, 'Nothing is left.'));
    await inSlices([...body.childNodes], (node) => article.append(node), () => shown?.version !== mine);
  } catch (error) {
    if (shown?.version !== mine) return;
    shown.articleOf = null;
    failHere(error);
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
    } else if (element.tagName === 'A') {
      if (/^(https?|mailto):/i.test(href ?? '')) Object.assign(element, { href, rel: 'noopener noreferrer' });
      else element.replaceWith(...element.childNodes);
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
    if (shown.forced.size) rendered('text').catch(failHere);
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
