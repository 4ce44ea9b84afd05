/**
 * Last line of defence of what is written to a log: texts of errors that are not our own may quote what they choked on.
 * Ours never hold a secret; still nothing that could be one gets through.
 */

const patterns: readonly (readonly [RegExp, string])[] = [
  // Session codes and other fragments of addresses.
  [/#c=[^\s"'&]+/g, '#c=[redacted]'],
  [/(bearer\s+)\S+/gi, '$1[redacted]'],
  // Keys, seeds, signatures, tokens: a long run without a space. Paths keep theirs, since a slash ends a run.
  [/[A-Za-z0-9+_=-]{40,}/g, '[redacted]'],
  // A recovery phrase, or a good part of one: eight short lower-case words in a row, on one line or several.
  [/\b[a-z]{3,8}(?:[\s,]+[a-z]{3,8}){7,}\b/g, '[redacted]'],
  [/(pass(?:word|phrase)|secret|token|seed|phrase)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|\S+)/gi, '$1$2[redacted]'],
]

export function redact(text: string): string {
  return patterns.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text)
}
