"""The time, under the name that the routes know."""

from advisor.clock import now as now
