// What the reader does: pointer, finger, keyboard, paste, files. Last, since it sets all in motion.

function wire() {
  const lists = find('.lists');
  const rowAt = (event) => event.target.closest?.('.row');
  const indexOf = (item) => Number(item.dataset.index);
  lists.addEventListener('pointerover', (event) => {
    const item = rowAt(event);
    if (item && event.pointerType === 'mouse' && isWide()) activate(indexOf(item));
  });
  lists.addEventListener('pointerleave', (event) => {
    if (event.pointerType === 'mouse' && isWide() && !lists.contains(document.activeElement)) activate(null);
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
    const { head, body, end } = command();
    copy(event.target, `${head}\n${body}\n${end}\n`, 'The command');
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
    fail(new Failure(`“${chosen.name}” is not text`, 'it looks like a picture, an archive or a program; choose an HTML or text file'));
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
  held = text.length < LONG ? null : text;
  box.value = held === null ? text : text.slice(0, BEGINNING);
  box.readOnly = held !== null;
  const size = `${(text.length / 1e6).toLocaleString('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })} million characters`;
  byId('held').querySelector('span').textContent = `The box shows the beginning of ${size}; all of it is cleaned.`;
  byId('held').hidden = held === null;
  kind.value = 'auto';
  if (text) clean();
}

byId('empty').addEventListener('click', () => {
  fillBox('');
  box.focus();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  clean();
});
form.addEventListener('change', (event) => {
  if (event.target === file) take(file.files[0]);
  else if (event.target !== box && shown) clean();
});
box.addEventListener('paste', (event) => {
  const text = event.clipboardData.getData('text/plain');
  if (!text || (held === null && text.length < LONG)) return;
  event.preventDefault();
  fillBox(text.replace(/\r\n?/g, '\n'));
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
    fail(new Failure('The example could not be fetched', 'try again in a moment'));
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
