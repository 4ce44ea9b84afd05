/**
 * All that a page gets of Electron: one message port, from the main process, handed on once the page listens. The page's
 * scripts are modules, which have run by the time the document is complete.
 */
import { ipcRenderer } from 'electron'

/** As in electron/main/rpc-ports.ts; a sandboxed preload imports nothing of ours. */
const portChannel = 'qudag.port'

/**
 * Of this load. The answer to a page that is gone since comes to the one that took its place, with a port that is closed as
 * soon as that one asks for its own.
 */
const load = crypto.randomUUID()

ipcRenderer.on(portChannel, ({ ports }, answered: unknown) => {
  if (answered === load) window.postMessage(portChannel, window.location.origin, [...ports])
})
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(portChannel, load), { once: true })
