export { createOutgoing, type Outgoing } from './outgoing.js'
