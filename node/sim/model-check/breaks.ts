/** What the checker must notice: each break takes away one rule that the proof of safety rests on. */
import { type ProtocolRules, soundRules } from '../../consensus/protocol-rules.ts'

export const modelBreaks = {
  certificates: {
    what: 'support commits a leader, no certificates are asked for',
    rules: { needsCertificates: false },
  },
  support: {
    what: 'a vertex may name both of two equivocating parents',
    rules: { allowsTwinParents: true },
  },
  twin: {
    what: 'naming a vertex counts as non-support of its twin',
    rules: { countsTwinAsNonSupport: true },
  },
  authors: {
    what: 'every vertex counts, not every author',
    rules: { countsAuthorsOnce: false },
  },
} as const satisfies Record<string, { what: string; rules: Partial<ProtocolRules> }>

export type ModelBreak = keyof typeof modelBreaks

export function rulesOf(broken: ModelBreak | null): ProtocolRules {
  return broken === null ? soundRules : { ...soundRules, ...modelBreaks[broken].rules }
}
