import Foundation

/// H5, H7, H9, S8 and S9: what cameras saw, and sensors that no longer move.
extension Gates {
    func streams(_ episode: EpisodeMeasurements) -> [GateFinding] {
        for camera in episode.cameras {
            if let bad = camera.unreadable {
                return [
                    failure(
                        .streamAgreement,
                        "camera '\(camera.name)' has no picture at step \(bad.step) of "
                            + "\(episode.stepCount): \(bad.reason)", Double(bad.step),
                        Double(episode.stepCount))
                ]
            }
            if camera.pictureCount != episode.stepCount {
                return [
                    failure(
                        .streamAgreement,
                        "camera '\(camera.name)' has \(camera.pictureCount) pictures for "
                            + "\(episode.stepCount) steps", Double(camera.pictureCount),
                        Double(episode.stepCount))
                ]
            }
        }
        return []
    }

    func frozen(_ episode: EpisodeMeasurements) -> [GateFinding] {
        let limit = stillSeconds(episode)
        for camera in episode.cameras {
            guard let frozen = camera.frozenSeconds, frozen.value > limit else { continue }
            return [
                failure(
                    .frozen,
                    "camera '\(camera.name)' gives one picture for \(seconds(frozen.value)) from "
                        + "step \(frozen.step) while the robot moves, limit "
                        + seconds(limit), frozen.value, limit)
            ]
        }
        return deadChannel(episode).map { [$0] } ?? []
    }

    /// The longest that anything may stand still: half of an episode that is short.
    private func stillSeconds(_ episode: EpisodeMeasurements) -> Double {
        min(
            settings.frozenSeconds,
            Double(episode.stepCount) * (episode.periodSeconds ?? 0.1) / 2)
    }

    /// A column that hardly ever stands still in its like, and does here while the robot is commanded.
    ///
    /// What usually stands still for a while, such as an object before it is touched, may do so longer.
    private func deadChannel(_ episode: EpisodeMeasurements) -> GateFinding? {
        guard let usual = cohorts.limits(of: episode)?.usualStillness else { return nil }
        let limit = max(10, stillSeconds(episode) / (episode.periodSeconds ?? 0.1))
        for (column, still) in episode.stillness.enumerated()
        where column < usual.count && usual[column] <= limit / 10 && still.value > limit {
            return failure(
                .frozen,
                "state column \(column) does not change from step \(still.step) on through "
                    + "\(Int(still.value)) steps at which the robot was commanded to move, limit "
                    + "\(Int(limit))", still.value, limit)
        }
        return nil
    }

    func blankPictures(_ episode: EpisodeMeasurements) -> [GateFinding] {
        for camera in episode.cameras {
            guard camera.blankShare > settings.blankPictureShare, let first = camera.firstBlank
            else { continue }
            let shade = first.value < 5 ? "black" : first.value > 250 ? "white" : "of one shade"
            return [
                failure(
                    .blankPictures,
                    String(
                        format: "%.0f %% of the pictures of camera '%@' are blank, the first is %@ "
                            + "(mean %.0f of 255) at step %d, limit %.0f %%",
                        camera.blankShare * 100, camera.name, shade, first.value, first.step,
                        settings.blankPictureShare * 100), camera.blankShare,
                    settings.blankPictureShare)
            ]
        }
        return []
    }

    /// Beside what the same camera usually sees.
    func unusualPictures(_ episode: EpisodeMeasurements) -> [GateFinding] {
        episode.cameras.flatMap { camera -> [GateFinding] in
            guard let usual = cohorts.cameras[CameraBaseline.key(episode, camera)] else {
                return []
            }
            return [blur(camera, usual), exposure(camera, usual)].compactMap(\.self)
        }
    }

    private func blur(_ camera: CameraMeasurements, _ usual: CameraBaseline) -> GateFinding? {
        let limit = settings.blurShare * usual.medianSharpness
        guard let sharpness = camera.lowSharpness, sharpness < limit else { return nil }
        var finding = warning(
            .blur,
            String(
                format: "a fifth of the pictures of camera '%@' have a sharpness of at most %.1f, "
                    + "usual are %.1f, limit %.1f",
                camera.name, sharpness, usual.medianSharpness, limit), sharpness, limit)
        finding.excess = limit / max(1e-9, sharpness)
        return finding
    }

    private func exposure(_ camera: CameraMeasurements, _ usual: CameraBaseline) -> GateFinding? {
        guard camera.decodedCount > 0 else { return nil }
        let divergence = usual.divergence(of: camera)
        guard divergence > settings.exposureDivergence else { return nil }
        return warning(
            .exposure,
            String(
                format: "the brightness of camera '%@' is %.2f bits from what is usual, "
                    + "limit %.2f: it was moved, or the light has changed",
                camera.name, divergence, settings.exposureDivergence), divergence,
            settings.exposureDivergence)
    }
}
