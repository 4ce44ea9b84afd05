/** All English texts. The keys of this table are the keys there are. */
import { messages as app } from '../app/messages.en.ts'
import { messages as hardwareKeys } from '../features/hardware-keys/messages.en.ts'
import { messages as network } from '../features/network/messages.en.ts'
import { messages as networks } from '../features/networks/messages.en.ts'
import { messages as onboarding } from '../features/onboarding/messages.en.ts'
import { messages as secrets } from '../features/secrets/messages.en.ts'
import { messages as settings } from '../features/settings/messages.en.ts'
import { messages as wallet } from '../features/wallet/messages.en.ts'
import { messages as errors } from '../rpc/messages.en.ts'
import { messages as ui } from '../ui/messages.en.ts'

export const english = {
  ...ui,
  ...app,
  ...errors,
  ...hardwareKeys,
  ...network,
  ...networks,
  ...onboarding,
  ...secrets,
  ...settings,
  ...wallet,
} as const

export type MessageKey = keyof typeof english
