/**
 * The settings: how this person likes things (app/preferences), the vault, the node's options as its configuration file has
 * them, the desktop shell's, and labels out and in.
 */
export { type Section, sections } from './sections.ts'
export { SettingsView } from './settings-view.tsx'
