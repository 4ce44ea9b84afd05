/** Where the interface runs: in the desktop app's window, or as a page in a browser. What differs between the two is here. */
import type { ContractRouterClient } from '@orpc/contract'
import type { Appearance, DesktopContract, SecretPurpose } from '../../node/api/contract/index.ts'

/** The procedures of the desktop shell: `desktop.state()`, `desktop.openSecret({purpose})` and so on. */
export type DesktopClient = ContractRouterClient<DesktopContract>['desktop']

export interface Platform {
  readonly kind: 'desktop' | 'browser'
  /** Runs the secret form: in its own window, or in a dialog of the page. True when it was completed. */
  requestSecret(purpose: SecretPurpose): Promise<boolean>
  /** False where the person thought better of it; a browser does not tell, and it is true. */
  saveFile(name: string, bytes: Uint8Array, options?: { readonly isPrivate?: boolean }): Promise<boolean>
  copy(text: string): Promise<void>
  /** Null in a browser. */
  readonly desktop: DesktopClient | null
}

/** @param appearance how this page looks now, for the windows it has opened */
export function createDesktopPlatform(desktop: DesktopClient, appearance: () => Appearance): Platform {
  return {
    kind: 'desktop',
    desktop,
    async requestSecret(purpose) {
      const { done } = await desktop.openSecret({ purpose, appearance: appearance() })
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
