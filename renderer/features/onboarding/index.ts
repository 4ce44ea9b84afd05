/**
 * The first start, the lock screen, and the reminders about phrase and backup. The shell shows `Onboarding` for as long as
 * `needsOnboarding` says so; views put `RecoveryBanner` at their top.
 */
export { needsOnboarding, useOnboardingStore } from './flow.ts'
export { LockScreen } from './lock-screen.tsx'
export { Onboarding } from './onboarding.tsx'
export { RecoveryBanner } from './recovery-banner.tsx'
export { type Recovery, useRecovery } from './use-recovery.ts'
