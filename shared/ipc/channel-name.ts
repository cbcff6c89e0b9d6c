/** What the channel of a request is called between the processes. */
export const requestChannel = (name: string): string => `studio:request:${name}`

/** What the channel of an event is called. */
export const eventChannel = (name: string): string => `studio:event:${name}`

/** On it preload alone speaks, for what the user dropped on the window: no page can name a path. */
export const DROP_CHANNEL = 'studio:dropped'
