import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { attributeKinds } from '../../src/domain/attributes.ts';
import { auditActions } from '../../src/domain/audit/actions.ts';
import { problems } from '../../src/domain/errors.ts';
import { importProfiles } from '../../src/domain/import-fields.ts';
import { languages } from '../../src/domain/languages.ts';
import { limits } from '../../src/domain/limits.ts';
import { roles } from '../../src/domain/permissions.ts';
import { untold } from '../../src/web/audit/untold-details.ts';
import { reports } from '../../src/web/reports/reports.ts';

const sourcesOf = (room: string): { path: string; text: string }[] => {
  const folder = fileURLToPath(new URL(`../../src/${room}/`, import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(folder + path, 'utf8') }));
};
const programs = sourcesOf('web');

type Nested = { [key: string]: string | Nested };
const flat = (words: Nested, at = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[at + key, value]] : flat(value, `${at + key}.`),
  );
type File = Nested & { manner?: object };
const fileOf = (language: string): File =>
  JSON.parse(readFileSync(new URL(`../../src/domain/words/${language}.json`, import.meta.url), 'utf8'));
/** The words of a language by their names; how it writes days and numbers is no word. */
const wordsIn = (language: string): Map<string, string> => {
  const { manner: _, ...words } = fileOf(language);
  return new Map(flat(words));
};
const english = wordsIn('en');
const german = wordsIn('de');
const others = languages.filter((language) => language !== 'en');
/** Languages that lack no word. */
const whole = ['de'];

const hasLetters = (text: string): boolean => /\p{L}/u.test(text);
const isSentence = (text: string): boolean => /\p{L}{2,}[,:;]? \p{L}/u.test(text) || /^\p{Lu}\p{Ll}+[ .:…]/u.test(text);

/** Attributes and properties whose text people see or hear. */
const visible = new Set([
  'title',
  'label',
  'placeholder',
  'alt',
  'description',
  'children',
  'error',
  'body',
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'nothingFoundMessage',
]);
/** Attributes whose texts are for the browser only. */
const unseen = new Set(['className', 'd', 'viewBox', 'style', 'transform', 'allow', 'accept']);
/** The name of the program, and names that are the same in each language. */
/** What no translator touches: commands, formats, selectors, fonts. */
const technical = /^(node )?keybook[ -]|^D MMM YYYY$|^\(prefers-|^screen and \(|^a, button,|sans-serif$|monospace$/;
const names = new Set(['Keybook', 'Deutsch', 'English', 'EN', 'DE', 'Ctrl S', 'Ctrl K', '⌘ K', 'Esc']);

/** The texts an expression may come to, where they stand in it as they are. */
function textsIn(node: ESTree.Node | null | undefined): string[] {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral':
      return [...node.quasis.map(({ value }) => value.cooked ?? ''), ...node.expressions.flatMap(textsIn)];
    case 'ConditionalExpression':
      return [...textsIn(node.consequent), ...textsIn(node.alternate)];
    case 'LogicalExpression':
      return [...textsIn(node.left), ...textsIn(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [...textsIn(node.left), ...textsIn(node.right)] : [];
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
      return textsIn(node.expression);
    default:
      return [];
  }
}

function nodesOf(node: unknown): ESTree.Node[] {
  if (Array.isArray(node)) return node.flatMap(nodesOf);
  if (typeof node !== 'object' || node === null || !('type' in node)) return [];
  // Everything with a type in the tree that the parser makes is a node.
  return [node as ESTree.Node, ...Object.values(node).flatMap(nodesOf)];
}

const nameIn = (key: ESTree.Node): string =>
  key.type === 'Identifier' || key.type === 'JSXIdentifier'
    ? key.name
    : key.type === 'Literal'
      ? String(key.value)
      : '';

/** The texts of a node that people see or hear. */
function seenIn(node: ESTree.Node): string[] {
  switch (node.type) {
    case 'JSXText':
      return [node.value];
    case 'JSXElement':
    case 'JSXFragment':
      return node.children.flatMap((child) =>
        child.type === 'JSXExpressionContainer' ? textsIn(child.expression) : [],
      );
    case 'JSXAttribute':
      if (!visible.has(nameIn(node.name))) return [];
      return textsIn(node.value?.type === 'JSXExpressionContainer' ? node.value.expression : node.value);
    case 'Property':
      if (!visible.has(nameIn(node.key))) return [];
      // Names of words and of fields are no words: they hold no blank and begin with a small letter.
      return textsIn(node.value).filter((found) => !/^[a-z][\w.-]*$/.test(found));
    case 'Literal':
    case 'TemplateLiteral':
      return textsIn(node).filter(isSentence);
    default:
      return [];
  }
}

/** What a source says on screen by itself. */
function spoken(path: string, text: string): string[] {
  const nodes = nodesOf(parseSync(path, text).program);
  // Bugs are told to us, not to the reader.
  const quiet = nodes.filter(
    (node) =>
      (node.type === 'JSXAttribute' && unseen.has(nameIn(node.name))) ||
      (node.type === 'NewExpression' && nameIn(node.callee) === 'Error'),
  );
  const texts = nodes
    .filter(({ start }) => !quiet.some((part) => part.start < start && start < part.end))
    .flatMap(seenIn)
    .map((found) => found.trim());
  return [...new Set(texts)]
    .filter((found) => hasLetters(found) && !names.has(found) && !technical.test(found))
    .map((found) => `${path}: ${found}`);
}

type Call = { path: string; keys: RegExp[]; given: string[] | undefined };

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const plural = '(_zero|_one|_other)?$';

/** The names of words an expression may come to; a part that is worked out may be anything. */
function patternsIn(node: ESTree.Node | null | undefined): RegExp[] {
  if (node?.type === 'ArrayExpression') return node.elements.slice(-1).flatMap((element) => patternsIn(element));
  if (node?.type === 'ConditionalExpression') return [...patternsIn(node.consequent), ...patternsIn(node.alternate)];
  if (node?.type === 'TemplateLiteral')
    return [new RegExp(`^${node.quasis.map(({ value }) => escaped(value.cooked ?? '')).join('.+')}${plural}`)];
  if (node?.type === 'Literal' && typeof node.value === 'string')
    return [new RegExp(`^${escaped(node.value)}${plural}`)];
  return [];
}

/** The values a call gives to a word; undefined where they are worked out. */
function givenIn(values: ESTree.Node | undefined): string[] | undefined {
  if (values === undefined) return [];
  if (values.type !== 'ObjectExpression') return undefined;
  const names = values.properties.map((property) => (property.type === 'Property' ? nameIn(property.key) : ''));
  return names.includes('') ? undefined : names;
}

const nodes = programs.flatMap(({ path, text }) =>
  nodesOf(parseSync(path, text).program).map((node) => ({ path, node })),
);
/** Every asking for a word. */
const calls = nodes.flatMap(({ path, node }): Call[] => {
  if (node.type !== 'CallExpression') return [];
  const called = nameIn(node.callee.type === 'MemberExpression' ? node.callee.property : node.callee);
  const [key, values] = node.arguments;
  return called === 't' ? [{ path, keys: patternsIn(key), given: givenIn(values) }] : [];
});
/** Everything in the sources that may be the name of a word. */
const named = nodes.flatMap(({ node }) =>
  textsIn(node).some((text) => /^[\w-]+\./.test(text)) && node.type !== 'BinaryExpression' ? patternsIn(node) : [],
);

/** Functions that take the code of a fault, and behind it a sentence or what makes one. */
const refusing = new Set(['refuse', 'refused', 'fault', 'addError']);
const isCode = (text: string): boolean => /^[a-z]+(_[a-z0-9]+)*$/.test(text);

/** The codes of faults that a node makes: beside a sentence, or in the message of a schema. */
function codesIn(node: ESTree.Node): string[] {
  if (node.type === 'ObjectExpression') {
    const parts = new Map(
      node.properties.flatMap((part) => (part.type === 'Property' ? [[nameIn(part.key), part.value] as const] : [])),
    );
    const params = parts.get('params');
    if (params?.type === 'ObjectExpression' && parts.has('message')) return codesIn(params).concat(codeOf(params));
    return parts.has('detail') || parts.has('line') ? codeOf(node) : [];
  }
  // What a sentence stands behind, in a call or in a pair.
  const list = node.type === 'CallExpression' ? node.arguments : node.type === 'ArrayExpression' ? node.elements : [];
  if (node.type === 'CallExpression' && !refusing.has(nameIn(node.callee))) return [];
  return list.flatMap((item, i) => {
    const [code = ''] = item?.type === 'Literal' ? textsIn(item) : [];
    const next = list[i + 1];
    const isSaid =
      next !== null &&
      next !== undefined &&
      (textsIn(next).some((text) => text.endsWith('.')) || nameIn(next) === 'detail');
    const isNamed = code.includes('_');
    if (node.type === 'CallExpression' ? !isSaid && !isNamed : !isSaid || !isNamed) return [];
    return isCode(code) ? [code] : [];
  });
}

function codeOf(node: ESTree.ObjectExpression): string[] {
  return node.properties.flatMap((part) =>
    part.type === 'Property' && nameIn(part.key) === 'code' ? textsIn(part.value) : [],
  );
}

/** What zod itself finds, by the names under which the server passes it on. */
const fromSchemas = ['required', 'wrong_type', 'invalid_value', 'invalid_format', 'too_big', 'too_small', 'custom'];
const faultCodes = new Set([
  ...fromSchemas,
  ...['domain', 'contract', 'server'].flatMap((room) =>
    sourcesOf(room)
      .filter(({ path }) => !/^(demo|audit)\//.test(path))
      .flatMap(({ path, text }) => nodesOf(parseSync(path, text).program).flatMap(codesIn)),
  ),
]);

/** Languages have more forms of a number than English. */
const isPluralOf = (key: string): boolean => english.has(key.replace(/_(zero|two|few|many)$/, '_other'));
/** The names of what an expression puts together, as far as they stand in it. */
function membersIn(node: ESTree.Node | null | undefined): string[] {
  switch (node?.type) {
    case 'ObjectExpression':
      return node.properties.flatMap((part) =>
        part.type === 'Property' ? nameIn(part.key) : membersIn(part.argument),
      );
    case 'LogicalExpression':
      return membersIn(node.right);
    case 'ConditionalExpression':
      return [...membersIn(node.consequent), ...membersIn(node.alternate)];
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
      return membersIn(node.expression);
    default:
      return [];
  }
}

/** What a node says that an entry of the log tells. */
function toldIn(node: ESTree.Node): string[] {
  if (node.type === 'VariableDeclarator') return nameIn(node.id) === 'details' ? membersIn(node.init) : [];
  if (node.type === 'Property') return nameIn(node.key) === 'details' ? membersIn(node.value) : [];
  return [];
}

const isExact = (key: RegExp): boolean => !key.source.includes('.+');
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

/** What English says in the contract, in the rules and in the refusals of the server: there are no words twice. */
const inTheContract = /^(help|refusal|fault|faultOf)\./;
/** What the rules put into words, wherever they are asked: the types see to it that English has it all. */
const ofTheRules = /^(titles|fields|fieldsOf|values|actions|sentences|sentenceParts)\./;
/** How changed fields and a day stand in a sentence: each language says it in its own way. */
const ownWay = ['sentenceParts.fields', 'sentenceParts.until'];

/** Words that German writes like English. */
const alike = new Set([
  'audit.detail.format',
  'audit.kind.export',
  'audit.kind.import',
  'audit.kind.token',
  'equipment.optional',
  ...['barcode', 'name', 'status', 'version', 'website'].map((field) => `fields.${field}`),
  'grid.filter',
  'format.csv',
  'format.xlsx',
  'imports.file.size',
  'imports.profile.glpi',
  'imports.profile.odoo',
  'imports.profile.snipe-it',
  'imports.run.title',
  'imports.title',
  'nav.import',
  'nav.label',
  'settings.features.form',
  'settings.features.kinds.text',
  'settings.features.name',
  'settings.tokens.name',
  'signIn.code',
  'signIn.codeOrRecovery',
  'values.role.administrator',
]);

describe('words on screen', () => {
  it('D: no source of the screens says anything by itself: all words stand in the files of the languages', () => {
    const wrong = 'const a = <p title="Close" className="a b">Open {b ? "it" : ""}</p>; toast({ title: `All` })';
    expect(spoken('a.tsx', wrong)).toEqual(['it', 'Close', 'Open', 'All'].map((word) => `a.tsx: ${word}`));
    expect(programs.length).toBeGreaterThan(200);
    expect(programs.flatMap(({ path, text }) => spoken(path, text))).toEqual([]);
  });

  it('D: every language says what English says, nothing of it empty, with the same values in it', () => {
    expect([...english].filter(([, value]) => value.trim() === '')).toEqual([]);
    for (const language of others) {
      const words = wordsIn(language);
      const unknown = [...words.keys()].filter(
        (key) => !english.has(key) && !inTheContract.test(key) && !isPluralOf(key) && !key.startsWith('fieldsOf.'),
      );
      expect(unknown, language).toEqual([]);
      expect([...words].filter(([, value]) => value.trim() === '')).toEqual([]);
      const differing = [...words].filter(
        ([key, value]) =>
          english.has(key) &&
          !ownWay.includes(key) &&
          String(placeholders(value)) !== String(placeholders(english.get(key) ?? '')),
      );
      expect(differing, language).toEqual([]);
    }
  });

  it('D: a whole language lacks no word', () => {
    for (const language of whole) {
      const words = wordsIn(language);
      expect(
        [...english.keys()].filter((key) => !words.has(key)),
        language,
      ).toEqual([]);
      expect(Object.keys(fileOf(language).manner ?? {})).toEqual(Object.keys(fileOf('en').manner ?? {}));
    }
  });

  it('D: no German word is left in English', () => {
    const same = [...english].filter(
      ([key, value]) => german.get(key) === value && hasLetters(value.replace(/\{\{.*?\}\}/g, '')),
    );
    expect(same.map(([key]) => key).sort()).toEqual([...alike].sort());
  });

  it('D: every word that is asked for exists, with all its values, and every word is asked for', () => {
    const missing = calls.flatMap(({ path, keys }) =>
      keys.filter((key) => ![...german.keys()].some((known) => key.test(known))).map((key) => `${path}: ${key.source}`),
    );
    expect(missing).toEqual([]);
    const valueless = calls.flatMap(({ path, keys, given }) =>
      [...english].flatMap(([known, text]) =>
        given && keys.some((key) => isExact(key) && key.test(known))
          ? placeholders(text)
              .filter((place) => !given.includes(place.slice(2, -2)))
              .map((place) => `${path}: ${known} without ${place}`)
          : [],
      ),
    );
    expect(valueless).toEqual([]);
    const unused = [...german.keys()].filter(
      (known) => !ofTheRules.test(known) && !named.some((key) => key.test(known)),
    );
    expect(unused).toEqual([]);
  });

  it('D: whatever is added to a list of names that words are made of, its word is asked for here', () => {
    const wordsOf: Record<string, readonly string[]> = {
      'audit.kind.*': auditActions.map((action) => action.split('.')[0] ?? ''),
      'audit.verb.*': auditActions.map((action) => action.split('.')[1] ?? ''),
      'imports.profile.*': importProfiles,
      'limit.of.*': Object.keys(limits),
      'reports.section.*': reports.map(({ title }) => title),
      'reports.*.title': reports.flatMap((section) => section.reports.map(({ name }) => name)),
      'reports.*.says': reports.flatMap((section) => section.reports.map(({ name }) => name)),
      'settings.features.kinds.*': attributeKinds,
      'settings.users.roleHelp.*': roles,
    };
    const asked = Object.entries(wordsOf).flatMap(([pattern, names]) =>
      names.map((name) => pattern.replace('*', name)),
    );
    expect([...new Set(asked)].filter((key) => !english.has(key))).toEqual([]);
  });

  it('D: whatever an entry of the log tells has a name in words', () => {
    const told = sourcesOf('server')
      .filter(({ path }) => !path.startsWith('demo/'))
      .flatMap(({ path, text }) => nodesOf(parseSync(path, text).program).flatMap(toldIn));
    expect(new Set(told).size).toBeGreaterThan(60);
    const isNamed = (name: string): boolean =>
      [name, name.replace(/Id$/, '')].some((key) => english.has(`fields.${key}`) || english.has(`audit.detail.${key}`));
    // The day until which a key was renewed stands there as its validity.
    expect([...new Set(told)].filter((name) => !isNamed(name) && !untold.includes(name))).toEqual(['newEnd']);
  });

  it('D: every refusal and every fault of a field has German words; English has the sentence of the server', () => {
    expect(faultCodes.size).toBeGreaterThan(60);
    const codes = [...Object.keys(problems).map((code) => `refusal.${code}`)];
    expect(codes.filter((code) => !german.has(code))).toEqual([]);
    const known = (code: string): boolean =>
      [...german.keys()].some((key) => new RegExp(`^(fault|refusal)\\.${code}${plural}`).test(key));
    expect([...faultCodes].filter((code) => !known(code))).toEqual([]);
    const places = ['line', 'cell', 'sheetLine', 'sheetCell'];
    expect(
      [...german.keys()]
        .flatMap((key) => /^fault\.(\w+?)(_zero|_one|_other)?$/.exec(key)?.[1] ?? [])
        // An import breaks off for a refusal as well, and says it in other words.
        .filter((code) => !faultCodes.has(code) && !(code in problems) && !places.includes(code)),
    ).toEqual([]);
  });
});
