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
