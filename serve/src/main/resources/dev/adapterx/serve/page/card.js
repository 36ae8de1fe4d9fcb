// A model card: the parts of Markdown that cards are written in, as elements; no HTML of a card is used.
import {element} from './ask.js';

const inline = text => {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*|\[[^\]]+\]\([^)]+\))/);
  return parts.map(part => {
    if (part.startsWith('`') && part.length > 1) return element('code', {}, part.slice(1, -1));
    if (part.startsWith('**') && part.length > 4) return element('b', {}, part.slice(2, -2));
    const link = part.match(/^\[([^\]]+)\]\((https:[^)]+)\)$/);
    if (link) return element('a', {href: link[2], rel: 'noreferrer'}, link[1]);
    return part.replace(/^\[([^\]]+)\]\([^)]+\)$/, '$1');
  });
};

const cells = line => line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map(cell => cell.trim().replace(/\\\|/g, '|'));

/** The elements of a card, without what is for machines. */
export const card = text => {
  const lines = text.replace(/^---\n[\s\S]*?\n---\n/, '').replace(/<!--[\s\S]*?-->/g, '').split('\n');
  const parts = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const heading = line.match(/^(#{1,4})\s+(.*)/);
    if (heading) {
      parts.push(element('h3', {}, ...inline(heading[2])));
    } else if (line.startsWith('```')) {
      const code = [];
      while (++i < lines.length && !lines[i].startsWith('```')) code.push(lines[i]);
      parts.push(element('pre', {}, element('code', {}, code.join('\n'))));
    } else if (line.startsWith('|')) {
      const rows = [];
      for (; i < lines.length && lines[i].startsWith('|'); i++) if (!/^\|[\s:|-]+\|?$/.test(lines[i])) rows.push(cells(lines[i]));
      i--;
      parts.push(element('table', {}, ...rows.map((row, r) =>
        element('tr', {}, ...row.map(cell => element(r ? 'td' : 'th', {}, ...inline(cell)))))));
    } else if (/^[-*]\s/.test(line)) {
      const items = [];
      for (; i < lines.length && /^[-*]\s/.test(lines[i]); i++) items.push(element('li', {}, ...inline(lines[i].slice(2))));
      i--;
      parts.push(element('ul', {}, ...items));
    } else if (line.trim()) {
      const words = [];
      for (; i < lines.length && lines[i].trim() && !/^(#|\||```|[-*]\s)/.test(lines[i]); i++) words.push(lines[i]);
      i--;
      parts.push(element('p', {}, ...inline(words.join(' '))));
    }
  }
  return parts;
};
