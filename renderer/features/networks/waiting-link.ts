/**
 * Links to a network from outside: the system opened one. It fills in the form of joining and says that it did; it asks nobody and
 * joins nothing. Kept here until that form is on the screen: a wallet may have to be opened first, or made.
 */
import { create } from 'zustand'
import { navigate } from '../../app/routes.ts'

export const useWaitingLink = create<{ readonly link: string | undefined }>(() => ({ link: undefined }))

/** Takes the text of a `qudag-network:` link, as the desktop's `network-link` event brings it, to the form. */
export function openNetworkLink(text: string): void {
  useWaitingLink.setState({ link: text })
  navigate('settings', ['network'])
}
