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
  find('.problem').replaceChildren();
  try {
    await toClipboard(await content);
    const name = button.textContent;
    if (name !== 'Copied') setTimeout(() => { button.textContent = name; }, 1500);
    button.textContent = 'Copied';
    say(`${what} copied.`);
  } catch (error) {
    failHere(error);
  }
}

async function download() {
  find('.problem').replaceChildren();
  try {
    const format = byId('format').value;
    const [ending, type] = ENDINGS[format];
    const name = (shown.answer.title ?? 'article').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 60) || 'article';
    const address = URL.createObjectURL(new Blob([await rendered(format)], { type: `${type};charset=utf-8` }));
    make('a', { href: address, download: `${name}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    failHere(error);
  }
}

// The command that gives what is shown.
function command() {
  const { options, text, isHtml } = shown;
  const chosen = { format: byId('format').value };
  if (options.mode !== 'balanced') chosen.mode = options.mode;
  if (options.keep) chosen.keep = options.keep;
  const query = Object.entries({ ...chosen, ...decisions() }).map((pair) => pair.join('=')).join('&');
  let end = 'ARTICLE';
  while (`\n${text}\n`.includes(`\n${end}\n`)) end += '_';
  const head = `curl -sS '${location.origin}/v1/clean?${query}' \\\n  -H 'content-type: ${isHtml ? 'text/html' : 'text/plain'}; charset=utf-8' --data-binary @- <<'${end}'`;
  return { head, body: text, end };
}

function showCommand() {
  const { head, body, end } = command();
  const lines = body.split('\n');
  const few = lines.length > 8 ? [...lines.slice(0, 5), `… ${lines.length - 5} more lines: “Copy the command” takes them all`] : lines;
  const short = few.map((line) => (line.length > 300 ? `${line.slice(0, 300)} …` : line));
  byId('command').querySelector('code').textContent = [head, ...short, end].join('\n');
}
