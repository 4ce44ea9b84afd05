/** The views, each loaded when it is first gone to: the first window shows without waiting for all of them. */
import { type ComponentType, lazy } from 'react'
import type { SecretFormProps } from '../features/secrets/secret-form.tsx'
import type { Route } from './routes.ts'

const modules = import.meta.glob<Record<string, unknown>>(
  '../features/{wallet/wallet-view,network/network-view,settings/settings-view,onboarding/onboarding,onboarding/lock-screen,secrets/secret-form}.tsx',
)

function view<Props>(path: string, name: string) {
  return lazy(async () => {
    const module = await modules[`../features/${path}.tsx`]?.()
    return { default: (module?.[name] ?? (() => null)) as ComponentType<Props> }
  })
}

export const WalletView = view<{ route: Route }>('wallet/wallet-view', 'WalletView')
export const NetworkView = view<object>('network/network-view', 'NetworkView')
export const SettingsView = view<object>('settings/settings-view', 'SettingsView')
export const Onboarding = view<object>('onboarding/onboarding', 'Onboarding')
export const LockScreen = view<object>('onboarding/lock-screen', 'LockScreen')
export const SecretForm = view<SecretFormProps>('secrets/secret-form', 'SecretForm')
