# Long campaigns (scripts/campaign); each goes on where it was stopped, and ends in a table.
# SEEDS=N takes N seeds instead of all.

.PHONY: campaign-accuracy campaign-defects campaign-healthy campaign-determinism campaign-heartbeat

campaign-accuracy: all     ## measured against truth: 100 drawn stations, 20 ideal ones
	@scripts/campaign accuracy $(if $(SEEDS),--slice $(SEEDS))

campaign-defects: all      ## every defect caught on 10 pens, by the clause it was promised by
	@scripts/campaign defects $(if $(SEEDS),--slice $(SEEDS))

campaign-healthy: all      ## 200 healthy pens, at most one false reject
	@scripts/campaign healthy $(if $(SEEDS),--slice $(SEEDS))

campaign-determinism: all  ## the same bytes on a busy host and with other packet sizes
	@scripts/campaign determinism $(if $(SEEDS),--slice $(SEEDS))

campaign-heartbeat: all    ## 20 plans in wall time on a busy host: the dead-man is fed within 100 ms
	@scripts/campaign heartbeat $(if $(SEEDS),--slice $(SEEDS))
