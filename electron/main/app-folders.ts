/**
 * Folder of the app's own things (window, settings, Chromium's files), one for each data folder: two apps that share one
 * would share a lock, and the second would only bring the first to the front.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/**
 * @param appData the system's folder for programs' files
 * @param dataDir of the node @param defaultDataDir where it would be if nobody said
 */
export function userDataFolder(appData: string, dataDir: string, defaultDataDir: string): string {
  const own = join(appData, 'qudag-exchange-desktop')
  if (dataDir === defaultDataDir) return own
  return join(own, 'folders', createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
}
