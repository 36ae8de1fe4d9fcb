// Talks to the server, with a token where it wants one.
const form = document.querySelector('#token');
const field = form.querySelector('input');
let token = sessionStorage.getItem('token') || '';
let waiting = null;

const wanted = why => {
  form.hidden = false;
  form.querySelector('#refused').textContent = why;
  field.focus();
  waiting = waiting || {};
  waiting.promise = waiting.promise || new Promise(resolve => { waiting.resolve = resolve; });
  return waiting.promise;
};

form.addEventListener('submit', event => {
  event.preventDefault();
  token = field.value.trim();
  sessionStorage.setItem('token', token);
  field.value = '';
  form.hidden = true;
  const before = waiting;
  waiting = null;
  before?.resolve();
});

/** Asks; of an answer that is no success, an Error in the server's words. */
export const ask = async (path, options = {}) => {
  const sent = token;
  const headers = {Accept: 'application/json', ...options.headers};
  if (sent) headers.Authorization = `Bearer ${sent}`;
  let response;
  try {
    response = await fetch(path, {...options, headers});
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    throw new Error('The server does not answer. Is it still running?');
  }
  if (response.status === 401) {
    await wanted(sent ? 'The server does not know this token.' : '');
    return ask(path, options);
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Error(told.error || `The server answered ${response.status}.`);
  }
  return options.raw ? response : response.json();
};

/** An element with attributes, texts and children. */
export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

/** As 1.2 MB. */
export const size = bytes =>
  bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** As 62.9 %. */
export const percent = share => `${(100 * share).toFixed(1)} %`;
