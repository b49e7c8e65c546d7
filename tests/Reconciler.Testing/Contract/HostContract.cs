using System.Runtime.CompilerServices;

namespace Reconciler.Testing.Contract;

/// <summary>
/// The contract of <see cref="Xen.Host.IXenHost"/>, in checks that run on any adapter: on the simulated host in milliseconds, on a real
/// one in minutes. What the simulation would get wrong shows here.
/// </summary>
/// <remarks>Bound to no test framework, so that a plain executable in domain 0 can run it too.</remarks>
public static class HostContract
{
    public static IReadOnlyList<HostCheck> Checks { get; } =
    [
        Check(LookChecks.The_facts_of_the_host_are_plausible),
        Check(LookChecks.Nothing_is_seen_of_a_domain_that_was_never_made),
        Check(LookChecks.A_guest_that_can_run_here_meets_no_objection),
        Check(LookChecks.A_kernel_that_is_missing_is_named),
        Check(LookChecks.A_ramdisk_that_is_missing_is_named),
        Check(LookChecks.A_kernel_outside_of_the_allowed_directories_is_named),
        Check(LookChecks.Signals_begin_with_a_resync_and_tell_of_a_new_domain),
        CheckOfGuests(CreateChecks.A_created_domain_is_paused_and_no_instruction_of_it_has_run),
        CheckOfGuests(CreateChecks.A_created_domain_carries_our_mark),
        Check(CreateChecks.A_second_domain_of_the_same_uuid_is_refused),
        Check(CreateChecks.A_name_that_another_domain_has_is_refused_and_its_holder_is_seen),
        CheckOfGuests(CreateChecks.A_create_with_a_missing_kernel_fails_and_leaves_nothing),
        CheckOfGuests(CreateChecks.A_domain_bigger_than_the_host_is_refused_and_leaves_nothing),
        Check(CreateChecks.A_create_that_was_cancelled_before_it_began_does_nothing),
        Check(CreateChecks.A_mark_survives_a_restart_of_the_adapter),
        CheckOfGuests(PowerChecks.Unpause_lets_it_run_and_a_second_one_changes_nothing),
        CheckOfGuests(PowerChecks.Pause_stops_its_CPUs_and_a_second_one_changes_nothing),
        Check(PowerChecks.A_domid_that_is_not_that_domain_any_more_is_refused),
        CheckOfGuests(PowerChecks.Destroy_ends_a_running_domain_and_a_second_one_changes_nothing),
        Check(PowerChecks.A_name_can_be_used_again_when_its_domain_is_gone),
        CheckOfGuests(ShutdownChecks.A_guest_that_is_asked_powers_off_and_its_remains_stay_until_they_are_cleared_away),
        Check(ShutdownChecks.The_first_time_of_asking_is_kept_and_survives_a_restart_of_the_adapter),
        CheckOfGuests(ShutdownChecks.Asking_again_asks_again_and_keeps_the_first_time_beside_the_last),
        CheckOfGuests(ShutdownChecks.Asking_a_guest_that_is_not_up_is_recorded_and_left_standing),
        CheckOfGuests(ShutdownChecks.A_request_that_is_withdrawn_is_struck_from_the_mark),
        Check(OwnershipChecks.A_domain_made_by_hand_is_seen_as_foreign),
        Check(OwnershipChecks.A_domain_made_by_hand_is_never_acted_on),
        Check(AdoptionChecks.A_domain_made_by_hand_is_adopted_as_it_is_and_then_ours),
        Check(AdoptionChecks.An_adopted_domain_is_known_again_and_ends_as_ours),
        Check(AdoptionChecks.A_domain_is_adopted_by_its_UUID_and_its_name_only),
        Check(AdoptionChecks.A_domain_is_adopted_by_one_object_only),
        CheckOfGuests(DeviceChecks.Devices_are_created_with_their_domain_and_connected_when_it_runs),
        Check(DeviceChecks.A_create_with_a_missing_disk_fails_and_leaves_nothing),
        CheckOfGuests(DeviceChecks.A_disk_and_a_NIC_that_are_attached_are_marked_ready_and_then_connected_by_the_guest),
        Check(DeviceChecks.Devices_that_are_attached_side_by_side_are_all_there_and_marked),
        Check(DeviceChecks.A_NIC_is_configured_while_the_guest_keeps_it),
        Check(DeviceChecks.Attaching_again_for_the_same_object_changes_nothing),
        Check(DeviceChecks.A_device_that_is_there_for_another_object_is_refused),
        Check(DeviceChecks.A_disk_that_another_domain_writes_to_is_refused_and_leaves_nothing),
        Check(DeviceChecks.A_disk_whose_file_is_missing_is_refused_and_leaves_nothing),
        CheckOfGuests(DeviceChecks.A_guest_that_is_asked_lets_go_and_the_device_is_removed),
        CheckOfGuests(DeviceChecks.A_device_in_use_is_removed_by_force_only),
        Check(DeviceChecks.A_device_that_the_guest_never_took_up_is_removed_without_force),
        Check(DeviceChecks.The_first_time_of_asking_for_a_device_is_kept),
        Check(DeviceChecks.A_device_that_was_attached_by_hand_is_seen_without_our_mark_and_never_acted_on),
        Check(DeviceChecks.Devices_survive_a_restart_of_the_adapter),
        Check(DeviceChecks.What_backs_a_device_is_free_when_its_domain_is_gone),
        Check(DeviceChecks.No_device_is_attached_to_a_domid_that_is_not_that_domain_any_more),
    ];

    private static HostCheck Check(Func<Scene, Task> check, [CallerArgumentExpression(nameof(check))] string name = "") =>
        new(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..], DependsOnGuest: false, async (harness, cancellationToken) =>
        {
            await using var scene = new Scene(harness, cancellationToken);
            await check(scene);
        });

    private static HostCheck CheckOfGuests(Func<Scene, Task> check, [CallerArgumentExpression(nameof(check))] string name = "") =>
        Check(check, name) with { DependsOnGuest = true };
}
