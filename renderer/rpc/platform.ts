/** Where the interface runs: in the desktop app's window, or as a page in a browser. What differs between the two is here. */
import type { ContractRouterClient } from '@orpc/contract'
import type { Appearance, DesktopContract, SecretPurpose, TokenPurpose } from '../../node/api/contract/index.ts'
import type { DesktopConnection } from './desktop-port.ts'

/** The procedures of the desktop shell: `desktop.state()`, `desktop.openSecret({purpose})` and so on. */
export type DesktopClient = ContractRouterClient<DesktopContract>['desktop']

export interface Platform {
  readonly kind: 'desktop' | 'browser'
  /**
   * Runs the secret form: in its own window, or in a dialog of the page. True when it was completed. Where it takes the
   * password of a wallet that a token seals, ask by `requestPassword`, which has the token unlocked first.
   *
   * @param pairing id of the hardware key that is to seal
   */
  requestSecret(purpose: SecretPurpose, pairing?: string): Promise<boolean>
  /** False where the person thought better of it; a browser does not tell, and it is true. */
  saveFile(name: string, bytes: Uint8Array, options?: { readonly isPrivate?: boolean }): Promise<boolean>
  copy(text: string): Promise<void>
  /** Windows for hardware keys, and their way to a token. Null in a browser, where no PIN is typed. */
  readonly tokens: TokenWindows | null
  /** Null in a browser. */
  readonly desktop: DesktopClient | null
}

export interface TokenWindows {
  /** Opens a window, after those that are open. True when it did what it was opened for. @param pairing which key */
  request(purpose: TokenPurpose, pairing?: string): Promise<boolean>
  /** As of DesktopConnection. */
  pinPort(socket: string): Promise<MessagePort>
  /** Path of the library that the owner chose; null where they thought better of it. Of a secret window alone. */
  chooseModule(): Promise<string | null>
}

/** @param appearance how this page looks now, for the windows it has opened */
export function createDesktopPlatform(
  { desktop, pinPort }: Pick<DesktopConnection, 'desktop' | 'pinPort'>,
  appearance: () => Appearance,
): Platform {
  return {
    tokens: {
      pinPort,
      async request(purpose, pairing) {
        const named = pairing === undefined ? {} : { pairing }
        const { done } = await desktop.openToken({ purpose, ...named, appearance: appearance() })
        return done
      },
      chooseModule: async () => (await desktop.chooseModule()).path,
    },
    kind: 'desktop',
    desktop,
    async requestSecret(purpose, pairing) {
      const named = pairing === undefined ? {} : { pairing }
      const { done } = await desktop.openSecret({ purpose, ...named, appearance: appearance() })
      return done
    },
    async saveFile(name, bytes, options = {}) {
      const { saved } = await desktop.saveFile({ name, bytes, isPrivate: options.isPrivate ?? false })
      return saved
    },
    copy: (text) => navigator.clipboard.writeText(text),
  }
}

/** How long the address of a saved file is kept, ms: browsers read it after the press has returned. */
const keepFileMs = 60_000

export function createBrowserPlatform(requestSecret: Platform['requestSecret']): Platform {
  return {
    kind: 'browser',
    tokens: null,
    desktop: null,
    requestSecret,
    async saveFile(name, bytes) {
      // A copy: the caller may overwrite its own at once.
      const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }))
      const link = document.createElement('a')
      link.href = address
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(address), keepFileMs)
      return true
    },
    copy: (text) => navigator.clipboard.writeText(text),
  }
}
