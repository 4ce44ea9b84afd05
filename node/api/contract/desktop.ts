/**
 * What the desktop shell does for its own windows, and for nobody else: it is served over the port that a window gets, and
 * over no other door. The node's own contract comes to the page over a port of its own (`nodePortMessage`), because where
 * the app is attached to a node that runs elsewhere the shell passes that port's frames on unread.
 */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { declareErrors, desktopErrors } from './errors.ts'
import { pairingName } from './hsm.ts'
import { contractLimits as limits } from './limits.ts'
import { count } from './shapes.ts'

/** What comes with a node's port over the window's first port, again after every start of the node. */
export const nodePortMessage = 'qudag.node-port'

/** What a secret window is opened for. Passwords and phrases are typed and shown there and in no other window. */
export const secretPurpose = z.enum([
  'create',
  'restore',
  'unlock',
  'change-password',
  'backup',
  'restore-backup',
  'seal',
  'unseal',
])
export type SecretPurpose = z.infer<typeof secretPurpose>

/** The same for hardware keys: a PIN is typed, or a token's own library is loaded. Windows of the app alone. */
export const tokenPurpose = z.enum(['pin', 'pair-key', 'test-key', 'change-pin'])
export type TokenPurpose = z.infer<typeof tokenPurpose>

/** What comes with a port to the process that a PIN is for (node/core/pin-protocol.ts), and the call it belongs to. */
export const pinPortMessage = 'qudag.pin-port'

/** How the page that asks looks: a secret window has a session of its own and cannot know. */
export const appearance = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** A language tag (BCP 47), or `system`. */
  language: z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,2}$/),
})
export type Appearance = z.infer<typeof appearance>

/** Whether there is a node to talk to. */
export const nodeState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('starting') }),
  /** `attached`: it runs in another process, and goes on running when the app ends. */
  z.object({ kind: z.literal('running'), attached: z.boolean(), network: z.string(), dataDir: z.string() }),
  /** It could not start, or had to stop; `code` is of the contract's table. */
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
])
export type NodeState = z.infer<typeof nodeState>

export const desktopSettings = z.object({
  /** Shows in the notification area while it runs. */
  tray: z.boolean(),
  /** What closing the last window does: `hide` keeps the node running, `quit` ends it. */
  onClose: z.enum(['hide', 'quit']),
  /** Starts with the session of the user. */
  autostart: z.boolean(),
  /** Locks the vault when the machine sleeps or its screen is locked. */
  lockOnSuspend: z.boolean(),
  /** Locks the vault after so many minutes without a key or the mouse anywhere on the machine; 0 never. */
  lockWhenIdleMinutes: z.int().min(0).max(1_440),
  /** Looks for new versions; they are installed when the owner says so. */
  updates: z.enum(['off', 'stable', 'beta']),
  notifications: z.object({
    received: z.boolean(),
    finalized: z.boolean(),
    rejected: z.boolean(),
    diskFull: z.boolean(),
  }),
})
export type DesktopSettings = z.infer<typeof desktopSettings>

export const desktopState = z.object({
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32']),
  electron: z.string(),
  node: nodeState,
  settings: desktopSettings,
  /** Folder of crash reports and logs. */
  logsDir: z.string(),
  /** What this machine cannot do, with the reason: no tray, no autostart, updates. */
  unavailable: z.array(z.object({ feature: z.enum(['tray', 'autostart', 'updates']), reason: z.string() })),
})
export type DesktopState = z.infer<typeof desktopState>

/** Menu, tray and shortcuts speak to the page in these. */
export const desktopCommand = z.enum(['send', 'receive', 'settings', 'palette', 'lock', 'history', 'address-book'])
export type DesktopCommand = z.infer<typeof desktopCommand>

export const desktopEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: desktopState }),
  z.object({ kind: z.literal('command'), command: desktopCommand }),
  /** A `qudag:` link that the system opened: text, not yet parsed. It prefills a form and does nothing else. */
  z.object({ kind: z.literal('payment-link'), link: z.string() }),
  /** The same of a `qudag-network:` link: it fills in the form of joining, asks nobody and joins nothing. */
  z.object({ kind: z.literal('network-link'), link: z.string() }),
])
export type DesktopEvent = z.infer<typeof desktopEvent>

const errors = declareErrors(desktopErrors)
const nothing = z.object({})
const fileName = z.string().min(1).max(limits.maxFileNameCharacters)

export const desktopContract = {
  desktop: {
    state: oc.errors(errors).output(desktopState),
    /** The state now, then whatever happens. */
    events: oc.errors(errors).output(eventIterator(desktopEvent)),
    /** Opens the window, or brings the one that is open to the front; answers when it is closed. */
    openSecret: oc
      .errors(errors)
      .input(
        z.strictObject({
          purpose: secretPurpose,
          /** Id of the hardware key that is to seal. */
          pairing: pairingName.optional(),
          appearance: appearance.optional(),
        }),
      )
      .output(z.object({ done: z.boolean() })),
    /**
     * Opens a window for a hardware key, after those that are open. A window for the PIN of a key that one waits for already is
     * the same one.
     */
    openToken: oc
      .errors(errors)
      .input(
        z.strictObject({ purpose: tokenPurpose, pairing: pairingName.optional(), appearance: appearance.optional() }),
      )
      .output(z.object({ done: z.boolean() })),
    /**
     * A port to the module's process that waits at this socket comes over the window's own port, as `pinPortMessage` with the
     * call's name. For a secret window only.
     */
    pinPort: oc
      .errors(errors)
      .input(z.strictObject({ socket: z.string().max(limits.maxPathCharacters), call: z.uuid() }))
      .output(nothing),
    /** Asks for a token's library with the system's dialog; null where the owner thought better of it. For a secret window only. */
    chooseModule: oc.errors(errors).output(z.object({ path: z.string().nullable() })),
    /** Says that the secret window did what it was opened for, and closes it. For a secret window only. */
    closeSecret: oc
      .errors(errors)
      .input(z.strictObject({ done: z.boolean() }))
      .output(nothing),
    set: oc.errors(errors).input(desktopSettings.partial()).output(desktopSettings),
    /** Asks where to, with the system's dialog; `saved` is false where the owner thought better of it. */
    saveFile: oc
      .errors(errors)
      .input(
        z.strictObject({
          name: fileName,
          bytes: z.custom<Uint8Array>(
            (value) => value instanceof Uint8Array && value.length <= limits.maxSavedFileBytes,
            'bytes',
          ),
          /** Readable by the owner only: backups. */
          isPrivate: z.boolean().optional(),
        }),
      )
      .output(z.object({ saved: z.boolean(), bytes: count })),
    /**
     * Starts a node that failed or ended again; with a network, on that one from then on; with the data folder of a chain, as
     * `network.known` and `network.join` tell it, on that chain from then on.
     */
    startNode: oc
      .errors(errors)
      .input(
        z.strictObject({
          network: z.string().min(1).max(limits.maxPathCharacters).optional(),
          dataDir: z.string().min(1).max(limits.maxPathCharacters).optional(),
        }),
      )
      .output(nodeState),
    openLogs: oc.errors(errors).output(nothing),
    quit: oc.errors(errors).output(nothing),
  },
}
export type DesktopContract = typeof desktopContract
