import type { Migration } from '../../../database/index.js'

export const suggestionNews: Migration = {
  number: 4,
  name: 'suggestion-news',
  sql: `
-- New suggestions of which nobody has been told yet, as the analysis made them. Whoever tells them takes the rows away.
CREATE TABLE linehaul.suggestion_untold (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  suggestion_ids uuid[] NOT NULL
);
CREATE INDEX suggestion_untold_by_tenant ON linehaul.suggestion_untold (tenant_id);

-- One row for each analysis that ran to its end, for statistics.
CREATE TABLE linehaul.pattern_analysis (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  -- null: every customer
  customer_id uuid,
  at timestamptz NOT NULL,
  took_ms int NOT NULL CHECK (took_ms >= 0),
  analyzed int NOT NULL,
  created int NOT NULL
);
CREATE INDEX pattern_analysis_by_time ON linehaul.pattern_analysis (tenant_id, at);
`,
}
