/** Hardware keys, for reading. What a module says of itself has had its control characters taken out by then. */
import type { ModuleFacts, Pairing, SelfTestReport, TokenFacts } from '../hardware-keys.ts'
import { fields, type Output, printable, type Tone, table } from './output.ts'

type Profile = { readonly name: string; readonly tested: boolean; readonly notes: readonly string[] }

const triesText: Readonly<Record<TokenFacts['tries'], string>> = {
  unknown: 'not said',
  few: 'few',
  last: 'ONE',
  locked: 'locked',
}

function stateOf({ initialised, userPinSet, writeProtected }: TokenFacts): string {
  if (!initialised && !userPinSet) return 'not initialised'
  return `${userPinSet ? 'ready' : 'no user PIN'}${writeProtected ? ', read only' : ''}`
}

function moduleText(facts: ModuleFacts, { name, tested, notes }: Profile): string {
  return fields([
    ['Module', `${facts.description} ${facts.version}, ${facts.manufacturer}, PKCS #11 ${facts.cryptoki}`],
    ['SHA-256', facts.sha256],
    ['Profile', `${name}${tested ? '' : ' (not tested by us)'}`],
    ...notes.map((note, index): [string, string] => [index === 0 ? 'To mind' : '', note]),
  ])
}

export function tokensText(facts: ModuleFacts, profile: Profile, tokens: readonly TokenFacts[]): string {
  const rows = tokens.map((token) => [
    token.slot,
    printable(token.label),
    token.serial,
    token.model,
    stateOf(token),
    triesText[token.tries],
    token.protectedPath ? 'on the token' : `${token.minPinBytes} to ${token.maxPinBytes}`,
  ])
  const list =
    rows.length === 0
      ? 'No token is there.'
      : table(['Slot', 'Label', 'Serial number', 'Model', 'State', 'Tries left', 'PIN'], rows)
  return `${moduleText(facts, profile)}\n\n${list}`
}

const uses: Readonly<Record<Pairing['key']['kind'], string>> = {
  'ml-dsa': 'signs (ML-DSA-65)',
  ec: 'signs together with a key of the vault (ML-DSA-65+P-256)',
  aes: 'seals the vault',
}

const shortUses: Readonly<Record<Pairing['key']['kind'], string>> = { 'ml-dsa': 'signs', ec: 'co-signs', aes: 'seals' }

export function pairingText({ id, label, token, key, module }: Pairing): string {
  return fields([
    ['Pairing', id],
    ['Label', printable(label)],
    ['Use', uses[key.kind]],
    ['Token', `${printable(token.label)}, serial number ${token.serial}`],
    ['Key id', key.id],
    ['Module', module.path],
    ['SHA-256', module.sha256],
  ])
}

export function pairingsText(pairings: readonly Pairing[]): string {
  if (pairings.length === 0) return 'No key is paired. Pair one with: qudag hsm pair --module FILE'
  return table(
    ['Id', 'Label', 'Use', 'Token', 'Serial number', 'Key id'],
    pairings.map(({ id, label, token, key }) => [
      id,
      printable(label),
      shortUses[key.kind],
      printable(token.label),
      token.serial,
      key.id,
    ]),
  )
}

const tones: Readonly<Record<SelfTestReport['checks'][number]['outcome'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'dim',
  noted: 'warn',
}

const verdicts: Readonly<Record<SelfTestReport['verdict'], string>> = {
  signs: 'passed: it can hold a key that signs for an account',
  'co-signs':
    'passed: it can hold the P-256 half of a key (pair with --composite); it has no ML-DSA-65 to sign with alone',
  seals: 'passed: it can seal a vault; it has neither ML-DSA-65 nor P-256 to sign with',
  failed: 'failed',
  unsuitable: 'unsuitable: neither ML-DSA-65 nor P-256 nor AES-GCM',
}

export function reportText(report: SelfTestReport, { paint }: Pick<Output, 'paint'>): string {
  const { module, profile, token, mechanisms, checks, verdict } = report
  const shown = { name: profile.name, tested: profile.testedHere, notes: profile.notes }
  const numbers = report.mlDsaNumbers
  return [
    moduleText(module, shown),
    fields([
      ['Token', `${printable(token.label)}, serial number ${token.serial}, ${token.model}, firmware ${token.firmware}`],
      [
        'ML-DSA',
        numbers === null ? 'none' : `generate 0x${numbers.generate.toString(16)}, sign 0x${numbers.sign.toString(16)}`,
      ],
      ['Mechanisms', mechanisms.map((number) => `0x${number.toString(16)}`).join(' ')],
    ]),
    checks
      .map(({ name, outcome, detail }) => `${paint(tones[outcome], outcome.padEnd(7))}  ${name}: ${detail}`)
      .join('\n'),
    `Verdict: ${verdicts[verdict]}`,
  ].join('\n\n')
}
