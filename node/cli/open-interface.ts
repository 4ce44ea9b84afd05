/**
 * The interface in a browser: a link of the running node, opened or printed. The link signs its opener in as the owner,
 * once and within a minute, so it goes to the browser or to whoever asked for it, and into no log.
 */
import type { CommandContext } from './context.ts'

export interface OpenedInterface {
  readonly event: 'interface'
  readonly opened: boolean
  /** Only where it was not opened: whoever has it is the owner. */
  readonly url?: string
  readonly expiresAt?: string
}

/**
 * @param wantsBrowser false prints the link
 * @throws what the node answers: BROWSER_UNAVAILABLE where no interface is built
 */
export async function openInterface(
  { withNode, environment }: CommandContext,
  wantsBrowser: boolean,
): Promise<OpenedInterface> {
  const { url, expiresAt } = await withNode((client, signal) => client.node.browserLink(undefined, { signal }))
  if (wantsBrowser && (await environment.openInBrowser(url))) return { event: 'interface', opened: true }
  return { event: 'interface', opened: false, url, expiresAt }
}

/** The link stands alone on its line, so that it can be copied. */
export function interfaceText({ opened, url }: OpenedInterface): string {
  if (opened) return 'The interface is open in your browser.'
  return `Open the interface within a minute; the address works once:\n${url}`
}
