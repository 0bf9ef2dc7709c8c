# Steward's policies for a company that runs Open Policy Agent (set OPA_URL). The same rules as steward.cedar.
# Steward asks POST /v1/data/steward/decision and expects {effect, ruleIds, reason, approvals}.
package steward

import rego.v1

allowed_hosts := {"hooks.example.com"}

allowed_domains := {"example.com"}

# Denials that hand the conversation to a person (the chain for `rule` in escalation.yaml).
calls_person := {"amount-limit"}

personal_tools := {"reminder.create", "article.draft"}

outgoing_tools := {"email.send", "webhook.send"}

# ---- never

deny["own-tenant-only"] := "Data of another organisation is out of reach." if {
	input.context.tenant != input.principal.tenant
}

deny["listed-hosts-only"] := "That address is not on the list of allowed hosts. Ask an administrator to add it to the policy." if {
	some host in input.context.hosts
	not host in allowed_hosts
}

deny["listed-recipients-only"] := "Mail may only go to listed domains. Ask an administrator to add the domain to the policy." if {
	some domain in input.context.recipientDomains
	not domain in allowed_domains
}

deny["amount-limit"] := "The amount is above the limit of 50,000 dollars." if {
	input.context.amountMicroUsd > 50000000000
}

deny["risky-in-working-hours"] := "Destructive actions are only possible from Monday to Friday, 7:00 to 19:00." if {
	input.resource.risk == "destructive"
	outside_working_hours
}

outside_working_hours if input.context.weekday > 5

outside_working_hours if input.context.hour < 7

outside_working_hours if input.context.hour >= 19

# ---- only when a person agrees

ask["writes-need-approval"] := ["manager-or-approver", "It changes something, so a person decides."] if {
	input.resource.risk == "write"
	not personal_and_trusted
}

personal_and_trusted if {
	input.resource.name in personal_tools
	not input.context.untrusted
}

ask["announcements-need-a-manager"] := ["announcement", "An announcement reaches many people, so a manager decides."] if {
	input.resource.name == "announcement.post"
}

ask["outgoing-needs-approval"] := ["outgoing", "It leaves the company, so an approver decides."] if {
	input.resource.name in outgoing_tools
}

ask["costly-needs-finance"] := ["manager-and-finance", "It costs more than 1,000 dollars, so the manager and finance decide."] if {
	input.context.amountMicroUsd > 1000000000
}

ask["deployments-need-the-board"] := ["change-advisory-board", "It changes production, so the change advisory board decides."] if {
	startswith(input.resource.name, "deployment.")
	input.resource.risk != "read"
}

ask["destructive-needs-two"] := ["destructive", "It cannot be taken back, so two people decide, each with a code."] if {
	input.resource.risk == "destructive"
}

# ---- the answer

decision := {"effect": "deny", "ruleIds": sort([id | some id, _ in deny]), "reason": first_reason, "approvals": [], "callsPerson": calls} if {
	calls := count({id | some id, _ in deny; id in calls_person}) > 0
	count(deny) > 0
	first_reason := [text | some _, text in deny][0]
} else := {"effect": "needs-approval", "ruleIds": sort([id | some id, _ in ask]), "reason": first_reason, "approvals": [pair[0] | some _, pair in ask]} if {
	not input.context.approved
	count(ask) > 0
	first_reason := [pair[1] | some _, pair in ask][0]
} else := {"effect": "allow", "ruleIds": ["people-use-tools"], "reason": "People of this organisation may use its tools.", "approvals": []}
