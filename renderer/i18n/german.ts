/** All German texts; loaded when they are asked for. */
import { messages as app } from '../app/messages.de.ts'
import { messages as hardwareKeys } from '../features/hardware-keys/messages.de.ts'
import { messages as network } from '../features/network/messages.de.ts'
import { messages as networks } from '../features/networks/messages.de.ts'
import { messages as onboarding } from '../features/onboarding/messages.de.ts'
import { messages as secrets } from '../features/secrets/messages.de.ts'
import { messages as settings } from '../features/settings/messages.de.ts'
import { messages as wallet } from '../features/wallet/messages.de.ts'
import { messages as errors } from '../rpc/messages.de.ts'
import { messages as ui } from '../ui/messages.de.ts'
import type { english } from './english.ts'
import type { Translation } from './translation.ts'

export const german: Translation<typeof english> = {
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
}
