/** What the channel of a request is called between the processes. */
export const requestChannel = (name: string): string => `studio:request:${name}`

/** What the channel of an event is called. */
export const eventChannel = (name: string): string => `studio:event:${name}`
