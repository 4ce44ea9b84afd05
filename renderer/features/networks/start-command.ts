/** What to type to start a node on a data folder, for a person whose browser cannot do it. */

/** In single quotes, in which a shell takes everything as it is but the quote itself. */
export function startCommand(dataDir: string): string {
  const quoted = /^[\w./~-]+$/.test(dataDir) ? dataDir : `'${dataDir.replaceAll("'", "'\\''")}'`
  return `qudag node start --data-dir ${quoted}`
}
