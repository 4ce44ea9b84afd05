/** The views, each loaded when it is first gone to: the first window shows without waiting for all of them. */
import { lazy } from 'react'
import type { View } from './routes.ts'

export const WalletView = lazy(async () => {
  const { WalletView } = await import('../features/wallet/wallet-view.tsx')
  return { default: WalletView }
})
export const NetworkView = lazy(async () => {
  const { NetworkView } = await import('../features/network/network-view.tsx')
  return { default: NetworkView }
})
export const SettingsView = lazy(async () => {
  const { SettingsView } = await import('../features/settings/settings-view.tsx')
  return { default: SettingsView }
})
export const Onboarding = lazy(async () => {
  const { Onboarding } = await import('../features/onboarding/onboarding.tsx')
  return { default: Onboarding }
})
export const LockScreen = lazy(async () => {
  const { LockScreen } = await import('../features/onboarding/lock-screen.tsx')
  return { default: LockScreen }
})
export const SecretForm = lazy(async () => {
  const { SecretForm } = await import('../features/secrets/secret-form.tsx')
  return { default: SecretForm }
})

export const TokenForm = lazy(async () => {
  const { TokenForm } = await import('../features/hardware-keys/token-form.tsx')
  return { default: TokenForm }
})

/** Begins to load what a place needs, while the connection is still being made. What fails is tried again when it is shown. */
export function preloadView(view: View): void {
  const loads = {
    wallet: () => import('../features/wallet/wallet-view.tsx'),
    network: () => import('../features/network/network-view.tsx'),
    settings: () => import('../features/settings/settings-view.tsx'),
  }
  loads[view]().catch(() => undefined)
}
