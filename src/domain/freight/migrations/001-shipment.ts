import type { Migration } from '../../../database/index.js'

export const shipment: Migration = {
  number: 1,
  name: 'shipment',
  sql: `
CREATE TABLE linehaul.dedicated_lane (
  tenant_id text NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
  customer_id uuid NOT NULL,
  origin_id uuid NOT NULL,
  destination_id uuid NOT NULL,
  -- which shipments it is for: null for any, '' for those that state none
  service text COLLATE "C",
  equipment text COLLATE "C",
  driver_id uuid,
  equipment_id uuid,
  auto_assign boolean NOT NULL,
  suggestion_id uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES linehaul.customer,
  FOREIGN KEY (tenant_id, origin_id) REFERENCES linehaul.location,
  FOREIGN KEY (tenant_id, destination_id) REFERENCES linehaul.location,
  FOREIGN KEY (tenant_id, driver_id) REFERENCES linehaul.driver,
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES linehaul.equipment,
  CONSTRAINT dedicated_lane_leads_elsewhere CHECK (origin_id <> destination_id),
  CONSTRAINT dedicated_lane_assigns_a_driver CHECK (driver_id IS NOT NULL OR NOT auto_assign)
);
CREATE UNIQUE INDEX dedicated_lane_name ON linehaul.dedicated_lane (tenant_id, lower(name));
CREATE INDEX dedicated_lane_active
  ON linehaul.dedicated_lane (tenant_id, customer_id, origin_id, destination_id) WHERE status = 'active';

-- Codes are compared byte by byte (COLLATE "C"): grouping by them is several times quicker than in a language's order.
CREATE TABLE linehaul.shipment (
  key uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  id text NOT NULL CHECK (id <> ''),
  customer_id uuid NOT NULL,
  origin_id uuid NOT NULL,
  destination_id uuid NOT NULL,
  service text COLLATE "C",
  equipment text COLLATE "C",
  weight_kg float8 CHECK (weight_kg >= 0),
  freight_charge numeric(19,4) CHECK (freight_charge >= 0),
  currency text COLLATE "C" NOT NULL,
  status text NOT NULL CONSTRAINT shipment_status CHECK (status IN (
    'New', 'PartiallyAssigned', 'Assigned', 'InTransit', 'Delayed', 'PartiallyCompleted', 'Completed',
    'ReadyToBill', 'ReviewRequired', 'Billed', 'Canceled')),
  pickup_at timestamptz NOT NULL,
  delivered_at timestamptz,
  attributes jsonb NOT NULL DEFAULT '{}',
  driver_id uuid,
  equipment_id uuid,
  dedicated_lane_id uuid,
  cancel_reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT shipment_id UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES linehaul.customer,
  FOREIGN KEY (tenant_id, origin_id) REFERENCES linehaul.location,
  FOREIGN KEY (tenant_id, destination_id) REFERENCES linehaul.location,
  FOREIGN KEY (tenant_id, driver_id) REFERENCES linehaul.driver,
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES linehaul.equipment,
  FOREIGN KEY (tenant_id, dedicated_lane_id) REFERENCES linehaul.dedicated_lane,
  CONSTRAINT shipment_leads_elsewhere CHECK (origin_id <> destination_id)
);
-- For the pattern analysis of one customer: exactly its shipments of a window. A whole tenant is read in one scan.
CREATE INDEX shipment_pickup ON linehaul.shipment (tenant_id, customer_id, pickup_at);

-- Keyed by the shipment alone: on a table without statistics yet, a key led by the tenant was looked up through another
-- index of shipment that begins with it, which made the first import ten times slower.
CREATE TABLE linehaul.shipment_move (
  tenant_id text NOT NULL,
  shipment_key uuid NOT NULL,
  sequence int NOT NULL CHECK (sequence > 0),
  status text NOT NULL CONSTRAINT shipment_move_status CHECK (
    status IN ('New', 'Assigned', 'InTransit', 'Completed', 'Canceled')),
  driver_id uuid,
  equipment_id uuid,
  PRIMARY KEY (shipment_key, sequence),
  FOREIGN KEY (shipment_key) REFERENCES linehaul.shipment ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, driver_id) REFERENCES linehaul.driver,
  FOREIGN KEY (tenant_id, equipment_id) REFERENCES linehaul.equipment
);

CREATE TABLE linehaul.shipment_stop (
  tenant_id text NOT NULL,
  shipment_key uuid NOT NULL,
  move_sequence int NOT NULL,
  sequence int NOT NULL CHECK (sequence > 0),
  location_id uuid NOT NULL,
  type text NOT NULL CHECK (type IN ('pickup', 'delivery', 'split-pickup', 'split-delivery')),
  status text NOT NULL CONSTRAINT shipment_stop_status CHECK (
    status IN ('New', 'InTransit', 'Completed', 'Canceled')),
  planned_arrival timestamptz,
  planned_departure timestamptz,
  actual_arrival timestamptz,
  actual_departure timestamptz,
  PRIMARY KEY (shipment_key, move_sequence, sequence),
  FOREIGN KEY (shipment_key, move_sequence) REFERENCES linehaul.shipment_move ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, location_id) REFERENCES linehaul.location
);
`,
}
