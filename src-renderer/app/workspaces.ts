import { Workspace } from '#shared/schema/settings'

const LABELS: Readonly<Record<Workspace, string>> = { create: 'Create', models: 'Models' }

/** The tabs of the window, in their order. */
export const workspaceTabs = Workspace.options.map((value) => ({ value, label: LABELS[value] }))
