// Copies, downloads, and the command that gives the same.

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
    if (!done) throw new Failure('The browser did not let the page copy', 'download it instead, or select and copy it');
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
