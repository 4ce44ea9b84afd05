/**
 * The only place of the interface where passwords, phrases and backups are typed or shown. On the desktop these forms live in
 * a window of their own, in a browser in a dialog of the page; either way their text goes from an input to bytes to the node.
 */
export { Disclosure } from './disclosure.tsx'
export { FailureBanner } from './failure-banner.tsx'
export { mayLeaveSecretForm } from './leave-guard.ts'
export { SecretForm, type SecretFormProps } from './secret-form.tsx'
export { StepTrail, type StepTrailProps } from './step-trail.tsx'
export { UnlockForm, type UnlockFormProps } from './unlock-form.tsx'
export { useCountdown } from './use-countdown.ts'
export { useSubmission } from './use-submission.ts'
