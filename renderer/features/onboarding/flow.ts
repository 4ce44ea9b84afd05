/** The way through the first start: which step shows, and when the first start is over. Holds no secret. */
import { create } from 'zustand'
import type { VaultStatusShape } from '../../../node/api/contract/index.ts'

export type Start = 'create' | 'restore' | 'restore-backup' | 'watch'

export type OnboardingStep =
  | { readonly kind: 'welcome' }
  | { readonly kind: 'network' }
  | { readonly kind: 'start' }
  /** The secret form is open. */
  | { readonly kind: 'secret'; readonly start: Exclude<Start, 'watch'> }
  /** An address to watch, without a vault. */
  | { readonly kind: 'watch' }
  /** The vault is there: its first account, or the restored ones, get their names. */
  | { readonly kind: 'name'; readonly start: Exclude<Start, 'watch'>; readonly phraseConfirmed: boolean }
  | { readonly kind: 'done'; readonly start: Start; readonly address: string }

export interface OnboardingState {
  readonly step: OnboardingStep
  /** Somebody is on the way: the steps after the vault was made still show, though there is a vault now. */
  readonly isUnderWay: boolean
  /** The owner chose to watch accounts and has no vault: do not ask again until the page is opened anew. */
  readonly watchesOnly: boolean
  go(step: OnboardingStep): void
  finish(): void
}

const welcome: OnboardingStep = { kind: 'welcome' }

export const useOnboardingStore = create<OnboardingState>((set) => ({
  step: welcome,
  isUnderWay: false,
  watchesOnly: false,
  go: (step) => set({ step, isUnderWay: step.kind !== 'welcome' }),
  finish: () =>
    set(({ step }) => ({
      step: welcome,
      isUnderWay: false,
      watchesOnly: step.kind === 'done' && step.start === 'watch',
    })),
}))

/**
 * Whether the first start shows in place of everything else.
 *
 * @param watched accounts that are watched; who has some and no vault has been here before
 */
export function needsOnboarding(
  vault: Pick<VaultStatusShape, 'exists'> | null,
  watched: number,
  { isUnderWay, watchesOnly }: Pick<OnboardingState, 'isUnderWay' | 'watchesOnly'>,
): boolean {
  if (isUnderWay) return true
  return vault !== null && !vault.exists && !watchesOnly && watched === 0
}

/** Where a step goes back to; undefined where there is no way back. */
export function stepBefore(step: OnboardingStep): OnboardingStep | undefined {
  switch (step.kind) {
    case 'network':
      return { kind: 'welcome' }
    case 'start':
      return { kind: 'network' }
    case 'watch':
      return { kind: 'start' }
    case 'welcome':
    case 'secret':
    case 'name':
    case 'done':
      return undefined
  }
}
