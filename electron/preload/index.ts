/**
 * All that a page gets of Electron: one message port, from the main process, handed on once the page listens. The page's
 * scripts are modules, which have run by the time the document is complete.
 */
import { ipcRenderer } from 'electron'

/** As in electron/main/rpc-ports.ts; a sandboxed preload imports nothing of ours. */
const portChannel = 'qudag.port'

ipcRenderer.once(portChannel, ({ ports }) => window.postMessage(portChannel, window.location.origin, [...ports]))
window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(portChannel), { once: true })
