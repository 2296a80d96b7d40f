package org.jsgid.supervisor.group;

import org.jsgid.supervisor.log.Notices;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.ExitReason;

/** What processes tell their group: who is concerned by it, and so what it means. */
final class Reports implements Member.Owner {

    private final DaemonGroup group;
    private final Generations generations;
    private final ProcessRenewals renewals;
    private final Notices log;

    Reports(DaemonGroup group, Generations generations, ProcessRenewals renewals, Notices log) {
        this.group = group;
        this.generations = generations;
        this.renewals = renewals;
        this.log = log;
    }

    private boolean isReplacement(Member member) {
        return renewals.replacement().filter(member::equals).isPresent();
    }

    @Override
    public void becameReady(Member member) {
        group.becameReady(member);
    }

    @Override
    public void couldNotLaunch(Member member, String why) {
        Generation generation = member.generation();
        notNeeded(member);
        member.over();
        if (isReplacement(member)) {
            group.replacementFailed(why);
        } else if (generation == generations.next() && generations.current() != null) {
            group.discard(why);
        } else if (generation == generations.next() || generation == generations.current()) {
            group.cannot(why);
        } else {
            generations.forgetIfEmpty(generation);
        }
        group.stopWithoutJdk();
        group.finishStopping();
        group.settle();
    }

    @Override
    public void notReadyInTime(Member member, String why) {
        if (member.generation() == generations.next() && generations.current() != null) {
            member.daemon().killedBecause(why);
            group.discard("daemon " + member.daemon().pid() + " was " + why);
        } else if (isReplacement(member)) {
            member.terminate(why);
            group.replacementFailed("daemon " + member.daemon().pid() + " was " + why);
        } else {
            member.kill(why);
        }
    }

    @Override
    public void isDue(Member member, ProcessRenewal renewal) {
        group.renewProcess(member.daemon(), renewal);
    }

    @Override
    public void speaksAgain(Member member) {
        boolean wasSilent = renewals.isDue(member)
                && renewals.of(member).why().startsWith(Member.SAID_NOTHING)
                && member.generation() == generations.current();
        if (!wasSilent) {
            return;
        }
        renewals.withdraw(member);
        if (renewals.first().isEmpty()) {
            renewals.replacement().ifPresent(other -> other.terminate("it is not needed any more"));
            renewals.forgetReplacement();
        }
    }

    @Override
    public void rejected(Member member, DaemonReport.Rejected rejected) {
        boolean isReplacement = isReplacement(member);
        boolean wouldLose = generations.current() != null
                && (isReplacement || member.generation() == generations.next())
                && generations.current().wouldLose(rejected.application(), group.definition());
        if (wouldLose) {
            String why = rejected.application() + " did not load: " + rejected.reason();
            if (isReplacement) {
                member.terminate(why);
                group.replacementFailed(why);
            } else {
                group.discard(why);
            }
            return;
        }
        log.error(
                "JSGID0341",
                "daemon " + member.daemon().pid() + " could not load " + rejected.application()
                        + "; its requests get an error. The reason: " + rejected.reason());
    }

    @Override
    public void changed(Member member, ApplicationKey application) {
        Generation generation = member.generation();
        if ((generation != generations.current() && generation != generations.next()) || !group.isWanted()) {
            return;
        }
        if (!generation.isNewChange(member.daemon(), application)) {
            return;
        }
        group.renewChanged(generation, application);
    }

    @Override
    public void drainsByItself() {
        group.fill();
    }

    @Override
    public void notNeeded(Member member) {
        generations.remove(member);
    }

    @Override
    public void ended(Member member, ExitReason exit) {
        group.ended(member, exit);
    }

    @Override
    public boolean isHurried() {
        return group.isHurried();
    }
}
