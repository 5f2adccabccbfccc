/** Why a peer has no figure beside a great many other jobs. */
export const NO_FILL = 'left out to keep a full run within an hour'
